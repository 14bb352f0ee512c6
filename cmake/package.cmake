# SPDX-License-Identifier: Apache-2.0
# cmake --install gives a package that can be moved: abut::abut, and abut::abut_static and abut::onnx as components, whose
# dependencies are looked for only if they are asked for.
include(CMakePackageConfigHelpers)

# Templates of the standard library and of fmt are instantiated in the library but are none of its interface.
target_link_options(abut_shared PRIVATE LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map)
set_property(TARGET abut_shared APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.map)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/abut)
set_target_properties(abut_shared PROPERTIES EXPORT_NAME abut)
set_target_properties(abut_static PROPERTIES EXPORT_NAME abut_static)

install(TARGETS abut_shared EXPORT abutTargets)
install(EXPORT abutTargets NAMESPACE abut:: DESTINATION ${package_directory})
install(TARGETS abut_static EXPORT abutStaticTargets)
install(EXPORT abutStaticTargets NAMESPACE abut:: DESTINATION ${package_directory})
if(TARGET abut_onnx)
  set_target_properties(abut_onnx PROPERTIES EXPORT_NAME onnx)
  install(TARGETS abut_onnx EXPORT abutOnnxTargets)
  install(EXPORT abutOnnxTargets NAMESPACE abut:: DESTINATION ${package_directory})
endif()
if(TARGET abut_cli)
  install(TARGETS abut_cli RUNTIME)
  install(FILES docs/abut-cache.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
install(DIRECTORY include/abut DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)

configure_package_config_file(cmake/abutConfig.cmake.in ${PROJECT_BINARY_DIR}/abutConfig.cmake
                              INSTALL_DESTINATION ${package_directory} NO_SET_AND_CHECK_MACRO)
# Version 0: an inline namespace and a minor version an interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/abutConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/abutConfig.cmake ${PROJECT_BINARY_DIR}/abutConfigVersion.cmake
        DESTINATION ${package_directory})
