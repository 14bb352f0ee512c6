# SPDX-License-Identifier: Apache-2.0
# abut_embed_files(TARGET DIRECTORY EXTENSIONS EXTENSION... NAMESPACE NAMESPACE HEADER HEADER FUNCTION FUNCTION): compiles the
# files of DIRECTORY with these extensions into the target as text. HEADER declares
# `std::span<const core::EmbeddedFile> FUNCTION()`, whose paths begin below DIRECTORY ("cpu/conv2d.cl").
function(abut_embed_files target directory)
  cmake_parse_arguments(PARSE_ARGV 2 embed "" "NAMESPACE;HEADER;FUNCTION" "EXTENSIONS")
  set(root ${PROJECT_SOURCE_DIR}/${directory})
  list(TRANSFORM embed_EXTENSIONS PREPEND ${root}/*. OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE paths RELATIVE ${root} CONFIGURE_DEPENDS ${patterns})
  set(output ${PROJECT_BINARY_DIR}/generated/${embed_FUNCTION}.cpp)
  set(writer ${PROJECT_SOURCE_DIR}/cmake/write_embedded_files.cmake)
  list(TRANSFORM paths PREPEND ${root}/ OUTPUT_VARIABLE files)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DROOT=${root} "-DFILES=${paths}" -DNAMESPACE=${embed_NAMESPACE}
            -DHEADER=${embed_HEADER} -DFUNCTION=${embed_FUNCTION} -P ${writer}
    DEPENDS ${files} ${writer} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
