// SPDX-License-Identifier: Apache-2.0
// Output pixels of a transposed convolution whose coordinates have the same remainders by the strides form a phase: a convolution
// of stride 1 with the taps that reach them (in reverse order). Constants: PHASE_ROWS, PHASE_COLUMNS (how many), for each of
// them the lists FIRST_OUT_{ROWS,COLUMNS}, FIRST_IN_{ROWS,COLUMNS}, TAPS_{ROWS,COLUMNS}, the list PHASE_TAPS of taps before
// each phase and GROUP_TAPS of all. INDEX is what places are counted in.

__constant INDEX LOCAL(first_out_rows)[PHASE_ROWS] = FIRST_OUT_ROWS;
__constant INDEX LOCAL(first_out_columns)[PHASE_COLUMNS] = FIRST_OUT_COLUMNS;
__constant INDEX LOCAL(first_in_rows)[PHASE_ROWS] = FIRST_IN_ROWS;
__constant INDEX LOCAL(first_in_columns)[PHASE_COLUMNS] = FIRST_IN_COLUMNS;
__constant INDEX LOCAL(taps_rows)[PHASE_ROWS] = TAPS_ROWS;
__constant INDEX LOCAL(taps_columns)[PHASE_COLUMNS] = TAPS_COLUMNS;
__constant INDEX LOCAL(phase_taps)[PHASE_ROWS * PHASE_COLUMNS] = PHASE_TAPS;
