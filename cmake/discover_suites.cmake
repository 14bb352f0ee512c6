# SPDX-License-Identifier: Apache-2.0
# abut_discover_suites(TARGET PREFIX [FILTER FILTER] [ENVIRONMENT NAME=VALUE]): gives ctest the tests of TARGET, a program of
# GoogleTest's, as one test for each suite, PREFIX before its name. Each process loads the runtime's library of kernels
# anew (2 s on PoCL), so that one for each test would double the time of short ones.
function(abut_discover_suites target prefix)
  cmake_parse_arguments(PARSE_ARGV 2 suites "" "FILTER;ENVIRONMENT" "")
  if(NOT suites_FILTER)
    set(suites_FILTER "*")
  endif()
  string(MAKE_C_IDENTIFIER ${prefix} name)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}suites.cmake)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DPROGRAM=$<TARGET_FILE:${target}> -DPREFIX=${prefix} "-DFILTER=${suites_FILTER}"
            "-DENVIRONMENT=${suites_ENVIRONMENT}" -P ${PROJECT_SOURCE_DIR}/cmake/write_suites.cmake
    BYPRODUCTS ${output} VERBATIM)
  # A program that is not built fails as a test that cannot be run.
  set(include_file ${CMAKE_CURRENT_BINARY_DIR}/${name}include.cmake)
  file(WRITE ${include_file} "if(EXISTS \"${output}\")\n  include(\"${output}\")\nelse()\n  add_test(${target}_NOT_BUILT ${target}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_file})
endfunction()
