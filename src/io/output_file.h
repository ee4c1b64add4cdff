// A file that appears only when complete: written beside its place, then renamed.
#pragma once

#include <cstdio>
#include <string>

namespace sepconv::io {

/// The place of an image to come. A regular file, or none yet, is written under a temporary name in
/// the same folder; a device or pipe is written directly. Without commit(), or after a failure, the
/// temporary is removed and an older file is as it was.
/// errors     FormatError "path: what was wrong": a directory, no permission, no such folder
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  FILE* stream() const { return stream_; }

  /// Makes the file appear. Not synchronised to the disk: a crash of the system may lose it.
  /// errors     FormatError: what could not be written, for example on a full disk
  void commit();

 private:
  void open_temporary(bool replaces, unsigned mode);
  void discard() noexcept;

  std::string path_;       // as given, for messages
  std::string target_;     // with symbolic links followed: the link stays, its file is replaced
  std::string temporary_;  // empty where the target is written directly
  FILE* stream_ = nullptr;
};

/// From now on SIGINT, SIGTERM and SIGHUP remove the temporary of an unfinished OutputFile before
/// they end the process. For programs; of several OutputFiles only the newest is removed.
void remove_temporary_on_signals();

}  // namespace sepconv::io
