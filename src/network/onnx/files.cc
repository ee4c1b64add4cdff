// Model files, and external data that must stay inside the model's folder.
#include "network/onnx/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sepconv/error.h"

namespace sepconv::network {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMostBytes = (uintmax_t{1} << 31) - 1;  // of one protobuf message

// The file that location means, links followed, if it is below folder.
fs::path path_inside(const std::string& folder, const std::string& location) {
  std::error_code error;
  const fs::path root = fs::canonical(folder.empty() ? "." : folder, error);
  const fs::path path = error ? fs::path() : fs::canonical(root / location, error);
  if (error) throw ModelError(fmt::format("external data '{}': {}", location, error.message()));
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  if (fs::path(location).is_absolute() || end != root.end()) {
    throw ModelError(fmt::format("external data '{}' is outside the model's folder", location));
  }
  return path;
}

}  // namespace

std::string read_model_file(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    throw FormatError(fmt::format("{}: {}", path, error ? error.message() : "not a regular file"));
  }
  const uintmax_t bytes = fs::file_size(path, error);
  if (error) throw FormatError(fmt::format("{}: {}", path, error.message()));
  if (bytes > kMostBytes) {
    throw ModelError(fmt::format("{} has {} bytes; expected at most {}", path, bytes, kMostBytes));
  }
  std::string content(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(bytes))) {
    throw FormatError(fmt::format("{}: cannot be read", path));
  }
  return content;
}

std::string external_path(const std::string& folder, const ExternalData& from, int64_t bytes) {
  const fs::path path = path_inside(folder, from.location);
  std::error_code error;
  const auto held =
      static_cast<int64_t>(fs::is_regular_file(path) ? fs::file_size(path, error) : 0);
  const bool fits = from.offset >= 0 && from.offset <= held && bytes <= held - from.offset;
  if (error || !fits || (from.length >= 0 && from.length != bytes)) {
    throw ModelError(
        fmt::format("external data '{}' is {} bytes at {} of {}; the tensor needs {} bytes",
                    from.location, from.length, from.offset, held, bytes));
  }
  return path.string();
}

void read_external(const std::string& path, int64_t offset, void* data, int64_t bytes) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(offset);
  if (!file.read(static_cast<char*>(data), bytes)) {
    throw FormatError(fmt::format("{}: cannot be read", path));
  }
}

}  // namespace sepconv::network
