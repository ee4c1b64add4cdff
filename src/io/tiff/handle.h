// A TIFF that is open by libtiff, silent, with its first error kept.
#pragma once

#include <tiffio.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <new>
#include <string>

namespace sepconv::io {

/// Owns the TIFF and a descriptor of its own.
class TiffHandle {
 public:
  /// mode as for TIFFOpen; check is_open(). max_bytes bounds each single allocation of libtiff.
  TiffHandle(int descriptor, const std::string& path, const char* mode, int64_t max_bytes) {
    TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, keep_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options, drop_warning, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, max_bytes);
    tiff_ = TIFFFdOpenExt(descriptor, path.c_str(), mode, options);
    TIFFOpenOptionsFree(options);
  }
  ~TiffHandle() {
    if (tiff_) TIFFClose(tiff_);
  }
  TiffHandle(const TiffHandle&) = delete;

  bool is_open() const { return tiff_ != nullptr; }
  TIFF* get() const { return tiff_; }

  /// What libtiff said first, and errno at that time.
  const char* message() const { return message_[0] ? message_ : "no reason given"; }
  int system_error() const { return system_error_; }

  /// The value of a tag, or the default of TIFF's specification, or fallback.
  template <class T>
  T field(uint32_t tag, T fallback = T()) const {
    T value = fallback;
    return TIFFGetFieldDefaulted(tiff_, tag, &value) ? value : fallback;
  }

 private:
  static int keep_error(TIFF*, void* self, const char*, const char* format, va_list arguments) {
    auto* handle = static_cast<TiffHandle*>(self);
    if (handle->message_[0]) return 1;
    handle->system_error_ = errno;
    std::vsnprintf(handle->message_, sizeof handle->message_, format, arguments);
    return 1;  // handled: libtiff's global handlers, which print, are not called
  }
  static int drop_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

  TIFF* tiff_ = nullptr;
  int system_error_ = 0;
  char message_[300] = "";
};

}  // namespace sepconv::io
