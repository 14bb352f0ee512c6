# SPDX-License-Identifier: Apache-2.0
set(entries "")
foreach(path ${FILES})
  file(READ ${ROOT}/${path} text)
  string(APPEND entries "    {\"${path}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace {
constexpr core::EmbeddedFile files[] = {
${entries}};
}  // namespace

std::span<const core::EmbeddedFile> ${FUNCTION}() { return files; }

}  // namespace ${NAMESPACE}
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUTPUT}.new)
file(TOUCH ${OUTPUT})
