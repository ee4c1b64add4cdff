// read_kernel: the bytes of a file, given to the format that its name says.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "kernel/file/formats.h"
#include "kernel/spec/words.h"

namespace sepconv {
namespace {

using kernels::expect;

// Eight bytes a tap, and room for the header.
constexpr size_t kLargestArray = 8 * kMaxTaps + (size_t{1} << 20);

// Text that is read grows up to sixteen times in memory; no kernel meant by a person is so long.
constexpr size_t kLargestText = size_t{32} << 20;

std::string read_bytes(const std::string& path, size_t limit) {
  std::error_code ignored;
  expect(std::filesystem::exists(path, ignored), "no such file");
  expect(!std::filesystem::is_directory(path, ignored), "a directory; expected a file");
  std::ifstream file(path, std::ios::binary);
  expect(file.is_open(), "cannot be opened");
  std::string bytes, chunk(size_t{1} << 16, '\0');
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0) {
    bytes.append(chunk, 0, file.gcount());
    expect(bytes.size() <= limit, "more than {} bytes, the most that is read", limit);
  }
  expect(!file.bad(), "cannot be read");
  return bytes;
}

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension;
}

Kernel read(const std::string& path) {
  expect(!path.empty() && path.find('\0') == std::string::npos, "no name of a file");
  const std::string extension = extension_of(path);
  expect(extension == ".npy" || extension == ".csv" || extension == ".json",
         "extension '{}'; expected .npy, .csv or .json", kernels::shown(extension));
  const std::string bytes = read_bytes(path, extension == ".npy" ? kLargestArray : kLargestText);
  if (extension == ".npy") return kernels::kernel_from_npy(bytes);
  return extension == ".csv" ? kernels::kernel_from_csv(bytes) : kernels::kernel_from_json(bytes);
}

}  // namespace

Kernel read_kernel(const std::string& path) {
  // A zero byte would end the message before it has said anything.
  std::string name = path;
  std::replace(name.begin(), name.end(), '\0', '?');
  try {
    return read(path);
  } catch (const FormatError& error) {
    throw FormatError(fmt::format("'{}': {}", name, error.what()));
  } catch (const InvalidArgument& error) {
    throw InvalidArgument(fmt::format("'{}': {}", name, error.what()));
  }
}

}  // namespace sepconv
