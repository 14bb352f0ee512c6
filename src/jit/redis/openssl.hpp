// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>

#include <string>

#include "core/shared_library.hpp"

namespace abut::jit {

/// libcrypto of the version that this was compiled with, and libssl.
core::SharedLibrary load_libcrypto();
core::SharedLibrary load_libssl();

/// The functions of both that TLS takes. A cache without TLS loads the first alone.
struct OpenSsl {
    core::SharedLibrary crypto = load_libcrypto();
    core::SharedLibrary ssl = load_libssl();
    decltype(&ERR_get_error) next_error = crypto.symbol("ERR_get_error");
    decltype(&ERR_reason_error_string) error_text = crypto.symbol("ERR_reason_error_string");
    decltype(&BIO_new) new_bio = crypto.symbol("BIO_new");
    decltype(&BIO_s_mem) memory_bio = crypto.symbol("BIO_s_mem");
    decltype(&BIO_read) read_bio = crypto.symbol("BIO_read");
    decltype(&BIO_write) write_bio = crypto.symbol("BIO_write");
    decltype(&X509_VERIFY_PARAM_set1_ip_asc) set_address = crypto.symbol("X509_VERIFY_PARAM_set1_ip_asc");
    decltype(&X509_verify_cert_error_string) certificate_error = crypto.symbol("X509_verify_cert_error_string");
    decltype(&TLS_client_method) client_method = ssl.symbol("TLS_client_method");
    decltype(&SSL_CTX_new) new_context = ssl.symbol("SSL_CTX_new");
    decltype(&SSL_CTX_free) free_context = ssl.symbol("SSL_CTX_free");
    decltype(&SSL_CTX_ctrl) control_context = ssl.symbol("SSL_CTX_ctrl");
    decltype(&SSL_CTX_set_verify) set_verify = ssl.symbol("SSL_CTX_set_verify");
    decltype(&SSL_CTX_load_verify_locations) load_authorities = ssl.symbol("SSL_CTX_load_verify_locations");
    decltype(&SSL_CTX_set_default_verify_paths) load_default_authorities = ssl.symbol("SSL_CTX_set_default_verify_paths");
    decltype(&SSL_new) new_session = ssl.symbol("SSL_new");
    decltype(&SSL_free) free_session = ssl.symbol("SSL_free");
    decltype(&SSL_ctrl) control = ssl.symbol("SSL_ctrl");
    decltype(&SSL_get0_param) verify_parameters = ssl.symbol("SSL_get0_param");
    decltype(&SSL_set1_host) set_host = ssl.symbol("SSL_set1_host");
    decltype(&SSL_set_bio) set_bio = ssl.symbol("SSL_set_bio");
    decltype(&SSL_connect) connect = ssl.symbol("SSL_connect");
    decltype(&SSL_read) read = ssl.symbol("SSL_read");
    decltype(&SSL_write) write = ssl.symbol("SSL_write");
    decltype(&SSL_get_error) last_error = ssl.symbol("SSL_get_error");
    decltype(&SSL_get_verify_result) verify_result = ssl.symbol("SSL_get_verify_result");
};

}  // namespace abut::jit
