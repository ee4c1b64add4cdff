// Words of a SPEC: numbers, names and what to say where one is not understood.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sepconv::kernels {

/// text without blanks at its ends.
std::string_view trimmed(std::string_view text);

/// The pieces of text between separators; one piece, perhaps empty, where there is none.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The number that all of text is, whatever the locale; nothing for anything else. A leading plus
/// is taken; hexadecimal, blanks and what follows a number are not. May be NaN or infinite.
std::optional<double> to_number(std::string_view text);

/// The candidate that takes the fewest edits (insert, delete, replace, swap) to get from word;
/// empty where every candidate is further than half of the word's own length.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// text for a message: control bytes as '?', and no more than a line of it.
std::string shown(std::string_view text);

}  // namespace sepconv::kernels
