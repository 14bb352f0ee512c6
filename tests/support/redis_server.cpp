// SPDX-License-Identifier: Apache-2.0
#include "support/redis_server.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

#include "jit/descriptor.hpp"

namespace abut::test {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool is_listening(int port) {
    const jit::Descriptor file(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    return ::connect(file.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

[[noreturn]] void become_server(const std::vector<std::string>& arguments) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves none behind
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, file);
    std::vector<char*> texts;
    for (const auto& argument : arguments) texts.push_back(const_cast<char*>(argument.c_str()));
    texts.push_back(nullptr);
    ::execvp(texts[0], texts.data());
    ::_exit(127);
}

}  // namespace

int free_port() {
    const jit::Descriptor file(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(file.number(), generic, size) != 0 || ::getsockname(file.number(), generic, &size) != 0)
        throw std::runtime_error("no port of the loopback interface");
    return ntohs(address.sin_port);
}

RedisServer::RedisServer(std::vector<std::string> options, std::string port_option)
    : options_(std::move(options)),
      port_option_(std::move(port_option)),
      port_(free_port()) {
    start();
}

void RedisServer::start() {
    std::vector<std::string> arguments{"redis-server",   port_option_, std::to_string(port_), "--bind", "127.0.0.1",
                                       "--save",         "",           "--appendonly",        "no",     "--dir",
                                       directory_.path()};
    if (port_option_ != "--port") arguments.insert(arguments.end(), {"--port", "0"});
    arguments.insert(arguments.end(), options_.begin(), options_.end());
    process_ = ::fork();
    if (process_ == 0) become_server(arguments);
    constexpr int most_polls = 1000;
    for (int i = 0; i < most_polls; ++i) {
        if (is_listening(port_)) return;
        if (::waitpid(process_, nullptr, WNOHANG) == process_) {
            process_ = 0;
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    stop();
    throw std::runtime_error("redis-server does not start; Debian's package redis-server has it");
}

void RedisServer::stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);  // it has nothing to keep
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
}

}  // namespace abut::test
