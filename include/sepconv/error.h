// The errors sepconv throws. Every public function says which of these it may raise.
#pragma once

#include <stdexcept>

namespace sepconv {

/// A caller's mistake: wrong shape, type, range or aliasing. Thrown before anything is written.
/// The message says what was got and what is needed, for example
/// "filter: out is 640x480x1; expected 640x480x3 (as in)".
class InvalidArgument : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A file that cannot be read or written as what it claims to be; the message names the file.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A network that cannot be run: the message names the node, its operator and opset.
class ModelError : public FormatError {
 public:
  using FormatError::FormatError;
};

}  // namespace sepconv
