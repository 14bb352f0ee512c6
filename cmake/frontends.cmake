# SPDX-License-Identifier: Apache-2.0
# What feeds graphs to the library: ONNX, the zoo, and the command line above both.
find_package(Protobuf REQUIRED)
find_library(ABUT_ONNX_PROTO_LIBRARY onnx_proto REQUIRED)

file(GLOB onnx_sources CONFIGURE_DEPENDS src/onnx/*.cpp)
if(onnx_sources)
  add_library(abut_onnx STATIC ${onnx_sources})
  set_target_properties(abut_onnx PROPERTIES UNITY_BUILD ${ABUT_JOIN_SOURCES} UNITY_BUILD_BATCH_SIZE 6)
  target_include_directories(abut_onnx PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> PRIVATE src)
  target_compile_definitions(abut_onnx PRIVATE ONNX_ML=1 ONNX_NAMESPACE=onnx)
  target_precompile_headers(abut_onnx PRIVATE ${ABUT_COMMON_HEADERS} <onnx/onnx_pb.h>)
  # Installed, it stands on the shared library and uses nothing but the public interface.
  target_link_libraries(abut_onnx PUBLIC $<BUILD_INTERFACE:abut_static> $<INSTALL_INTERFACE:abut::abut>
                        PRIVATE $<BUILD_INTERFACE:${ABUT_ONNX_PROTO_LIBRARY}> $<INSTALL_INTERFACE:onnx_proto>
                        protobuf::libprotobuf fmt::fmt $<BUILD_INTERFACE:abut_settings>)
endif()

file(GLOB zoo_sources CONFIGURE_DEPENDS src/zoo/*.cpp)
if(zoo_sources)
  add_library(abut_zoo STATIC ${zoo_sources})
  target_include_directories(abut_zoo PRIVATE src)
  target_link_libraries(abut_zoo PUBLIC abut_static PRIVATE fmt::fmt abut_settings)
  # Networks run on a probe while they are built: 3 G multiplications for U-Net, a minute without optimisation.
  set_source_files_properties(src/zoo/probe.cpp src/zoo/probe_product.cpp PROPERTIES COMPILE_OPTIONS "-O3" SKIP_PRECOMPILE_HEADERS ON)
  target_precompile_headers(abut_zoo PRIVATE ${ABUT_COMMON_HEADERS})
endif()

file(GLOB cli_sources CONFIGURE_DEPENDS src/cli/*.cpp)
if(ABUT_BUILD_CLI AND cli_sources)
  find_package(CLI11 REQUIRED)
  find_package(nlohmann_json REQUIRED)
  add_executable(abut_cli ${cli_sources})
  set_target_properties(abut_cli PROPERTIES OUTPUT_NAME abut UNITY_BUILD ${ABUT_JOIN_SOURCES} UNITY_BUILD_BATCH_SIZE 6)
  target_include_directories(abut_cli PRIVATE src)
  # It parses and prints.
  target_compile_options(abut_cli PRIVATE $<$<CONFIG:Release>:-O1>)
  target_precompile_headers(abut_cli PRIVATE ${ABUT_COMMON_HEADERS} <nlohmann/json.hpp>)
  abut_embed_files(abut_cli src/cli/plan_map EXTENSIONS html css js NAMESPACE abut::cli HEADER cli/plan_map_files.hpp
                   FUNCTION plan_map_files)
  target_link_libraries(abut_cli PRIVATE abut_static abut_onnx abut_zoo CLI11::CLI11 nlohmann_json::nlohmann_json fmt::fmt
                        abut_settings)
endif()
