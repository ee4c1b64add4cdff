// Image files of a few bytes with valid headers that claim huge sizes, built byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sepconv::io {

inline std::string big_endian(uint32_t value, int bytes) {
  std::string result;
  for (int i = bytes - 1; i >= 0; --i) result += static_cast<char>(value >> (8 * i));
  return result;
}

inline std::string little_endian(uint32_t value, int bytes) {
  std::string result;
  for (int i = 0; i < bytes; ++i) result += static_cast<char>(value >> (8 * i));
  return result;
}

/// PNG's checksum: the CRC of ISO 3309, bit by bit.
inline uint32_t crc32(std::string_view bytes) {
  uint32_t crc = 0xffffffffu;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
  }
  return ~crc;
}

inline std::string png_chunk(const std::string& name, const std::string& data) {
  return big_endian(static_cast<uint32_t>(data.size()), 4) + name + data +
         big_endian(crc32(name + data), 4);
}

/// 60 bytes: signature, IHDR (8-bit RGB) and the start of the pixels, checksums right.
inline std::string hostile_png(uint32_t width, uint32_t height) {
  const std::string header =
      big_endian(width, 4) + big_endian(height, 4) + std::string("\x08\x02\0\0\0", 5);
  return std::string("\x89PNG\r\n\x1a\n") + png_chunk("IHDR", header) +
         png_chunk("IDAT", std::string("\x78\x9c\x63\0\1\0\0\5\0\1\x0d\x0a\x2d\xb4\0", 15));
}

/// Up to 100 bytes: SOI, a quantization table cut to what the parser needs, SOF and SOS.
inline std::string hostile_jpeg(int width, int height, bool progressive) {
  const std::string frame = std::string("\x08", 1) + big_endian(height, 2) + big_endian(width, 2) +
                            std::string("\x03\x01\x11\0\x02\x11\0\x03\x11\0", 10);
  return std::string("\xff\xd8\xff", 3) + (progressive ? "\xc2" : "\xc0") +
         big_endian(static_cast<uint32_t>(frame.size() + 2), 2) + frame +
         std::string("\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\0\0", 14) + std::string(20, '\x2a') +
         "\xff\xd9";
}

struct HostileTiff {
  uint32_t width = 1;
  uint32_t height = 1;
  uint32_t tile = 0;  // side of a tile; 0: one strip
};

/// A little-endian TIFF of one uncompressed 8-bit grey strip or tile, four bytes long.
inline std::string hostile_tiff(const HostileTiff& tiff) {
  struct Entry {
    uint16_t tag;
    uint16_t type;  // 3: 16 bits, 4: 32 bits
    uint32_t value;
  };
  std::vector<Entry> entries = {
      {256, 4, tiff.width}, {257, 4, tiff.height}, {258, 3, 8}, {259, 3, 1}, {262, 3, 1}};
  if (tiff.tile == 0) {
    entries.insert(entries.end(), {{273, 4, 8}, {278, 4, tiff.height}, {279, 4, 4}});
  } else {
    entries.insert(entries.end(),
                   {{322, 4, tiff.tile}, {323, 4, tiff.tile}, {324, 4, 8}, {325, 4, 4}});
  }
  std::string bytes = "II*" + std::string(1, '\0') + little_endian(12, 4) + "abcd";
  bytes += little_endian(static_cast<uint32_t>(entries.size()), 2);
  for (const Entry& entry : entries) {
    bytes += little_endian(entry.tag, 2) + little_endian(entry.type, 2) + little_endian(1, 4) +
             little_endian(entry.value, 4);
  }
  return bytes + little_endian(0, 4);
}

}  // namespace sepconv::io
