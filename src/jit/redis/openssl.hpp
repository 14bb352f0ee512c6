// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>

#include <string>

#include "jit/redis/shared_library.hpp"

namespace abut::jit {

/// The functions of OpenSSL's libcrypto and libssl that TLS takes. A cache without TLS loads the first alone.
struct OpenSsl {
    OpenSsl();
    SharedLibrary crypto;
    SharedLibrary ssl;
    decltype(&ERR_get_error) next_error = nullptr;
    decltype(&ERR_reason_error_string) error_text = nullptr;
    decltype(&BIO_new) new_bio = nullptr;
    decltype(&BIO_s_mem) memory_bio = nullptr;
    decltype(&BIO_read) read_bio = nullptr;
    decltype(&BIO_write) write_bio = nullptr;
    decltype(&X509_VERIFY_PARAM_set1_ip_asc) set_address = nullptr;
    decltype(&X509_verify_cert_error_string) certificate_error = nullptr;
    decltype(&TLS_client_method) client_method = nullptr;
    decltype(&SSL_CTX_new) new_context = nullptr;
    decltype(&SSL_CTX_free) free_context = nullptr;
    decltype(&SSL_CTX_ctrl) control_context = nullptr;
    decltype(&SSL_CTX_set_verify) set_verify = nullptr;
    decltype(&SSL_CTX_load_verify_locations) load_authorities = nullptr;
    decltype(&SSL_CTX_set_default_verify_paths) load_default_authorities = nullptr;
    decltype(&SSL_new) new_session = nullptr;
    decltype(&SSL_free) free_session = nullptr;
    decltype(&SSL_ctrl) control = nullptr;
    decltype(&SSL_get0_param) verify_parameters = nullptr;
    decltype(&SSL_set1_host) set_host = nullptr;
    decltype(&SSL_set_bio) set_bio = nullptr;
    decltype(&SSL_connect) connect = nullptr;
    decltype(&SSL_read) read = nullptr;
    decltype(&SSL_write) write = nullptr;
    decltype(&SSL_get_error) last_error = nullptr;
    decltype(&SSL_get_verify_result) verify_result = nullptr;
};

/// libcrypto of the version that this was compiled with.
SharedLibrary load_libcrypto();

}  // namespace abut::jit
