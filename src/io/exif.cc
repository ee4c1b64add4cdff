// Reading the orientation out of Exif.
#include "io/exif.h"

#include <cstdint>

namespace sepconv::io {
namespace {

constexpr size_t kPrefixBytes = 6;  // "Exif", 0, 0
constexpr size_t kEntryBytes = 12;
constexpr uint32_t kOrientationTag = 0x0112;

/// A TIFF stream of either byte order; reading past its end gives zeros.
struct TiffBytes {
  std::string_view bytes;
  bool is_big_endian = false;

  uint32_t value(size_t at, int count) const {
    uint32_t result = 0;
    for (int i = 0; i < count; ++i) {
      const size_t from = at + static_cast<size_t>(is_big_endian ? i : count - 1 - i);
      result = result << 8 | (from < bytes.size() ? static_cast<uint8_t>(bytes[from]) : 0u);
    }
    return result;
  }
};

}  // namespace

int exif_orientation(std::string_view segment) {
  if (segment.substr(0, kPrefixBytes) != std::string_view("Exif\0\0", kPrefixBytes)) return 1;
  const TiffBytes tiff{segment.substr(kPrefixBytes), segment.substr(kPrefixBytes, 1) == "M"};
  const size_t directory = tiff.value(4, 4);
  const uint32_t entries = tiff.value(directory, 2);
  for (uint32_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > tiff.bytes.size()) return 1;
    if (tiff.value(entry, 2) != kOrientationTag) continue;
    const int orientation = static_cast<int>(tiff.value(entry + 8, 2));
    return 1 <= orientation && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

}  // namespace sepconv::io
