# SPDX-License-Identifier: Apache-2.0
# abut_embed_kernels(TARGET DIRECTORY): compiles every file of kernels/ into the library as text, found by its path
# ("cpu/conv2d.cl") through src/jit/kernel_sources.hpp.
function(abut_embed_kernels target directory)
  file(GLOB_RECURSE kernels RELATIVE ${PROJECT_SOURCE_DIR}/${directory} CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/${directory}/*.cl ${PROJECT_SOURCE_DIR}/${directory}/*.cu)
  set(output ${PROJECT_BINARY_DIR}/generated/kernel_sources.cpp)
  list(TRANSFORM kernels PREPEND ${PROJECT_SOURCE_DIR}/${directory}/ OUTPUT_VARIABLE files)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${PROJECT_SOURCE_DIR}/${directory} "-DKERNELS=${kernels}"
            -P ${PROJECT_SOURCE_DIR}/cmake/write_kernel_sources.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/write_kernel_sources.cmake VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
