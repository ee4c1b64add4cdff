// Bytes of model files and of the data beside them.
#pragma once

#include <cstdint>
#include <string>

namespace sepconv::network {

/// errors     FormatError: not a regular file, unreadable, or above what ONNX allows (2 GiB)
std::string read_model_file(const std::string& path);

/// Where a tensor's elements are, as ONNX has it; length -1: to the end of the file.
struct ExternalData {
  std::string location;
  int64_t offset = 0;
  int64_t length = -1;
};

/// The file that from means; it holds the bytes asked for, so memory for them may be taken.
/// errors     ModelError: the file is outside of folder, missing, or shorter
std::string external_path(const std::string& folder, const ExternalData& from, int64_t bytes);

/// Reads bytes into data from a path of external_path.
void read_external(const std::string& path, int64_t offset, void* data, int64_t bytes);

}  // namespace sepconv::network
