// SPDX-License-Identifier: Apache-2.0
#pragma once

// Handles of OpenCL and CUDA as their own headers declare them, so that no other header is needed here. Repeating a
// typedef of the same type is legal next to CL/cl.h and cuda.h.
extern "C" {
typedef struct _cl_context* cl_context;
typedef struct _cl_device_id* cl_device_id;
typedef struct _cl_command_queue* cl_command_queue;
typedef struct _cl_mem* cl_mem;
typedef struct _cl_event* cl_event;
typedef struct CUctx_st* CUcontext;
typedef struct CUstream_st* CUstream;
typedef struct CUevent_st* CUevent;
}
