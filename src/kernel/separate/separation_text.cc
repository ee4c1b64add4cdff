// A separation as a table a person reads at once, and as JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sepconv/separation.h"

namespace sepconv {
namespace {

// What fits a line and a screen; the JSON has everything.
constexpr size_t kTapsShown = 15;
constexpr size_t kTermsShown = 8;
constexpr size_t kSingularValuesShown = 8;

const char* name_of(Symmetry symmetry) {
  switch (symmetry) {
    case Symmetry::none:
      return "none";
    case Symmetry::symmetric:
      return "symmetric";
    case Symmetry::antisymmetric:
      return "antisymmetric";
    case Symmetry::constant:
      return "constant";
  }
  return "?";
}

std::string axis_name(size_t axis, size_t axes) {
  if (axes == 2) return axis == 0 ? "down y" : "along x";
  return fmt::format("axis {}", axis);
}

// 2-D kernels as people say them, width first.
std::string shape_text(const std::vector<int64_t>& shape) {
  if (shape.size() == 2) return fmt::format("{}x{}", shape[1], shape[0]);
  if (shape.size() == 1) return fmt::format("{}-tap", shape[0]);
  return fmt::format("{}", fmt::join(shape, "x"));
}

std::string taps_text(const std::vector<double>& taps, bool integer) {
  std::string text;
  for (size_t i = 0; i < std::min(taps.size(), kTapsShown); ++i) {
    text += integer ? fmt::format(" {:.0f}", taps[i]) : fmt::format(" {:.6g}", taps[i]);
  }
  if (taps.size() > kTapsShown) text += fmt::format(" ... ({} taps)", taps.size());
  return text;
}

std::string quality_text(const Separation& s) {
  if (s.integer) {
    return s.divisor == 1 ? "exact, integers"
                          : fmt::format("exact, integers, divided by {}", s.divisor);
  }
  if (s.exact) return fmt::format("exact but for rounding: L1 residual {:.2g}", s.residual_l1);
  return fmt::format("approximate: L1 residual {:.4g}, Frobenius {:.4g} (bound {:.4g})",
                     s.residual_l1, s.residual_frobenius, s.bound_frobenius);
}

std::string term_text(const Separation& s, size_t index) {
  const SeparableTerm& term = s.terms[index];
  std::string text;
  for (size_t axis = 0; axis < term.factors.size(); ++axis) {
    const std::string label = axis == 0 ? fmt::format("term {}", index + 1) : "";
    text += fmt::format("  {:<8} {:<8}{}", label, axis_name(axis, term.factors.size()),
                        taps_text(term.factors[axis], s.integer));
    if (term.symmetry[axis] != Symmetry::none) {
      text += fmt::format("   ({})", name_of(term.symmetry[axis]));
    }
    text += '\n';
  }
  return text;
}

std::string spectrum_text(const Separation& s) {
  std::string text = "  singular values:";
  for (size_t i = 0; i < std::min(s.spectrum.size(), kSingularValuesShown); ++i) {
    text += fmt::format(" {:.4g}", s.spectrum[i]);
  }
  if (s.spectrum.size() > kSingularValuesShown) {
    text += fmt::format(" ... ({} in all)", s.spectrum.size());
  }
  return text + '\n';
}

std::string saving_text(const Separation& s) {
  int64_t dense = 1, a_term = 0;
  for (const int64_t size : s.shape) {
    dense *= size;
    a_term += size;
  }
  const int64_t separated = a_term * static_cast<int64_t>(s.terms.size());
  const double ratio = static_cast<double>(dense) / static_cast<double>(separated);
  std::string comparison = "the same";
  if (dense > separated) comparison = fmt::format("{:.3g} times fewer", ratio);
  if (dense < separated) comparison = fmt::format("{:.3g} times more", 1 / ratio);
  return fmt::format("  multiplications a sample: {} dense, {} separated ({})\n", dense, separated,
                     comparison);
}

std::string counted_terms(size_t count) {
  return count == 1 ? "1 term" : fmt::format("{} terms", count);
}

}  // namespace

std::string to_text(const Separation& s) {
  std::string text = fmt::format("{} kernel: {} (rank {}); {}, {}\n", shape_text(s.shape),
                                 s.is_separable() ? "separable" : "not separable", s.rank,
                                 counted_terms(s.terms.size()), quality_text(s));
  const size_t shown = std::min(s.terms.size(), kTermsShown);
  for (size_t i = 0; i < shown; ++i) text += term_text(s, i);
  if (shown < s.terms.size()) {
    text += fmt::format("  ... and {} more\n", counted_terms(s.terms.size() - shown));
  }
  if (!s.is_separable()) text += spectrum_text(s);
  return text + saving_text(s);
}

std::string to_json(const Separation& s) {
  nlohmann::ordered_json terms = nlohmann::ordered_json::array();
  for (const SeparableTerm& term : s.terms) {
    nlohmann::ordered_json symmetry = nlohmann::ordered_json::array();
    for (const Symmetry each : term.symmetry) symmetry.push_back(name_of(each));
    terms.push_back({{"factors", term.factors}, {"symmetry", symmetry}});
  }
  const nlohmann::ordered_json json = {
      {"shape", s.shape},
      {"rank", s.rank},
      {"separable", s.is_separable()},
      {"exact", s.exact},
      {"integer", s.integer},
      {"divisor", s.divisor},
      {"residual_l1", s.residual_l1},
      {"residual_frobenius", s.residual_frobenius},
      {"bound_frobenius", s.bound_frobenius},
      {"spectrum", s.spectrum},
      {"terms", terms},
  };
  return json.dump(2);
}

}  // namespace sepconv
