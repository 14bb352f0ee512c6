# SPDX-License-Identifier: Apache-2.0
# A cache of kernels in Redis takes the headers of hiredis and OpenSSL; the libraries are loaded at run time when such a cache
# is asked for, so nothing links with them. Without both, asking for one is an error that says so.
find_path(ABUT_HIREDIS_INCLUDE_DIR hiredis/hiredis.h)
find_path(ABUT_OPENSSL_INCLUDE_DIR openssl/ssl.h)
if(ABUT_HIREDIS_INCLUDE_DIR AND ABUT_OPENSSL_INCLUDE_DIR)
  option(ABUT_REDIS "Build the cache of kernels in Redis" ON)
else()
  set(ABUT_REDIS OFF)
endif()
if(ABUT_REDIS)
  set(ABUT_REDIS_FOLDER jit/redis)
else()
  set(ABUT_REDIS_FOLDER jit/without_redis)
endif()
message(STATUS "Cache of kernels in Redis: ${ABUT_REDIS}")
