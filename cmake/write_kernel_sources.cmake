# SPDX-License-Identifier: Apache-2.0
set(entries "")
foreach(kernel ${KERNELS})
  file(READ ${ROOT}/${kernel} text)
  string(APPEND entries "    {\"${kernel}\", R\"kernel(${text})kernel\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"jit/kernel_sources.hpp\"

namespace abut::jit {
namespace {
constexpr KernelFile files[] = {
${entries}};
}  // namespace

std::span<const KernelFile> kernel_files() { return files; }

}  // namespace abut::jit
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUTPUT}.new)
file(TOUCH ${OUTPUT})
