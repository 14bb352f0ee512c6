// SPDX-License-Identifier: Apache-2.0
// All steps of a program in one kernel. Each work-group is a worker that goes through the steps in their order, takes tiles of
// those whose dependencies are done, and waits only for tiles that other workers have taken: any number of workers gets
// through. A wait is bounded. Where it ends in vain the worker ends too, between two tiles, and the next launch goes on from the
// same counters; a launch of one worker waits for nothing.
// Constants: BASES (what arguments lie in, "unsigned char" pointers), CALLS (a list of CALL(number, function)), TIMED.
// Parameters: records, counters, finishes (1: the launch of one worker that follows each run; it does what is left), the bases;
// where TIMED, times: for each worker, and then for that which finishes, the number of tiles it computed in its last launch
// and for each {step, tile, begin, end} in cycles of the processor, with room for all tiles.
//
// records: {steps, longs of a step's record, where dependencies begin, ranges, spins of a wait, workers,
// tiles of all steps}, one record a step
// {number of its function, tiles, first dependency, dependencies, arguments of the function ...}, the dependencies.
// counters, in lines of 64 bytes: {workers that have left, whether the run is complete}; for each step, the tiles that are
// done, then for each range of its tiles how many were taken. All are zero before the first launch and after a complete run.

#define LINE 16
#define COUNTER volatile __global int*
#define STEPS records[records_offset]
#define RECORD_LONGS records[records_offset + 1]
#define DEPENDENCIES (records + records_offset + records[records_offset + 2])
#define RANGES records[records_offset + 3]
#define SPINS records[records_offset + 4]
#define WORKERS records[records_offset + 5]
#define ALL_TILES records[records_offset + 6]
#define HEADER_LONGS 7
#define STEP_LONGS 4

#if defined(__clang__) && defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE()
#endif

ALWAYS_INLINE const __global long* LOCAL(record)(const long step, PARAMETERS) {
    return records + records_offset + HEADER_LONGS + step * RECORD_LONGS;
}

/// The step's line of done tiles; those of its ranges follow.
ALWAYS_INLINE COUNTER LOCAL(lines)(const long step, PARAMETERS) {
    return (COUNTER)(counters + counters_offset) + (1 + step * (1 + RANGES)) * LINE;
}

ALWAYS_INLINE bool LOCAL(is_done)(const long step, PARAMETERS) {
    return *LOCAL(lines)(step, ARGUMENTS) == (int)LOCAL(record)(step, ARGUMENTS)[1];
}

/// False: the wait was in vain.
ALWAYS_INLINE bool LOCAL(wait)(const __global long* record, PARAMETERS) {
    const __global long* dependency = DEPENDENCIES + record[2];
    for (long i = 0; i < record[3]; ++i) {
        for (long spin = 0; !LOCAL(is_done)(dependency[i], ARGUMENTS); ++spin) {
            if (spin == SPINS) return false;
            PAUSE();
        }
    }
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    return true;
}

/// The first tile of a range; that of the last but one is the number of tiles.
ALWAYS_INLINE int LOCAL(begin_of)(const long range, const __global long* record, PARAMETERS) {
    return (int)(record[1] * range / RANGES);
}

ALWAYS_INLINE bool LOCAL(has_tiles_left)(COUNTER lines, const __global long* record, PARAMETERS) {
    for (long range = 0; range < RANGES; ++range) {
        const int tiles = LOCAL(begin_of)(range + 1, record, ARGUMENTS) - LOCAL(begin_of)(range, record, ARGUMENTS);
        if (lines[(1 + range) * LINE] < tiles) return true;
    }
    return false;
}

#define CALL(number, function)             \
    case number:                           \
        function(bases, arguments, tile);  \
        break;

ALWAYS_INLINE void LOCAL(call_function)(const long number, __global unsigned char* const* bases, const __global long* arguments,
                                        const long tile) {
    switch (number) { CALLS }
}

#if TIMED
#define TILE_LONGS 4
ALWAYS_INLINE __global long* LOCAL(times_of)(const long worker, PARAMETERS) {
    return times + times_offset + (finishes ? WORKERS : worker) * (1 + ALL_TILES * TILE_LONGS);
}
#endif

ALWAYS_INLINE void LOCAL(compute)(const __global long* record, const long step, const long tile, __global unsigned char* const* bases,
                                  const long worker, PARAMETERS) {
#if TIMED
    __global long* list = LOCAL(times_of)(worker, ARGUMENTS);
    __global long* entry = list + 1 + list[0]++ * TILE_LONGS;
    entry[0] = step;
    entry[1] = tile;
    entry[2] = (long)__builtin_readcyclecounter();
#endif
    LOCAL(call_function)(record[0], bases, record + STEP_LONGS, tile);
#if TIMED
    entry[3] = (long)__builtin_readcyclecounter();
#endif
}

/// Computes tiles of the step, first those of the worker's own range, whose data its processor has seen before. Returns how many.
ALWAYS_INLINE int LOCAL(take_tiles)(COUNTER lines, const __global long* record, const long step,
                                    __global unsigned char* const* bases, const long worker, PARAMETERS) {
    int done = 0;
    for (long r = 0; r < RANGES; ++r) {
        const long range = (worker + r) % RANGES;
        const int begin = LOCAL(begin_of)(range, record, ARGUMENTS);
        const int tiles = LOCAL(begin_of)(range + 1, record, ARGUMENTS) - begin;
        COUNTER taken = lines + (1 + range) * LINE;
        while (*taken < tiles) {
            const int ticket = atomic_inc(taken);
            if (ticket >= tiles) break;
            LOCAL(compute)(record, step, begin + ticket, bases, worker, ARGUMENTS);
            ++done;
        }
    }
    return done;
}

/// False: it could not wait for what the step needs.
ALWAYS_INLINE bool LOCAL(take_part)(const long step, __global unsigned char* const* bases, const long worker, PARAMETERS) {
    const __global long* record = LOCAL(record)(step, ARGUMENTS);
    COUNTER lines = LOCAL(lines)(step, ARGUMENTS);
    if (!LOCAL(has_tiles_left)(lines, record, ARGUMENTS)) return true;
    if (!LOCAL(wait)(record, ARGUMENTS)) return false;
    const int done = LOCAL(take_tiles)(lines, record, step, bases, worker, ARGUMENTS);
    if (done > 0) {
        mem_fence(CLK_GLOBAL_MEM_FENCE);
        atomic_add(lines, done);
    }
    return true;
}

/// The last worker to leave makes the counters ready for the next launch, since nobody else looks at them any more.
ALWAYS_INLINE void LOCAL(leave)(PARAMETERS) {
    COUNTER counts = (COUNTER)(counters + counters_offset);
    mem_fence(CLK_GLOBAL_MEM_FENCE);
    if (atomic_inc(counts) + 1 < (int)get_num_groups(0)) return;
    counts[0] = 0;
    for (long step = 0; step < STEPS; ++step) {
        if (!LOCAL(is_done)(step, ARGUMENTS)) return;
    }
    for (long line = 0; line < STEPS * (1 + RANGES); ++line) counts[(1 + line) * LINE] = 0;
    counts[1] = !finishes;
}

static void TILE(PARAMETERS, const long worker) {
    COUNTER counts = (COUNTER)(counters + counters_offset);
#if TIMED
    LOCAL(times_of)(worker, ARGUMENTS)[0] = 0;
#endif
    if (finishes && counts[1]) {
        counts[1] = 0;
        return;
    }
    __global unsigned char* const bases[] = {BASES};
    for (long step = 0; step < STEPS; ++step) {
        if (!LOCAL(take_part)(step, bases, worker, ARGUMENTS)) break;
    }
    LOCAL(leave)(ARGUMENTS);
}
