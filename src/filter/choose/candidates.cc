// Candidates: separates the kernel, asks cost and time of each way, and picks one.
#include "filter/choose/candidates.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "filter/choose/predict.h"
#include "filter/profile/profile.h"
#include "kernel/separate/exact_rank1.h"
#include "simd/strip.h"

namespace sepconv {
namespace {

// "Exact" for factors: double sums need more than float sums, which round the taps themselves to
// 2^-24; a kernel whose taps were stored as floats still separates.
double separation_tolerance(const SampleSpec& spec) {
  const bool is_double = needs_double(spec.in) || needs_double(spec.out) || spec.exact;
  return is_double ? 1e-14 : 0x1p-22;
}

// The engine sums columns in the first cache: the intermediate never reaches memory.
CostBreakdown fused_cost(CostBreakdown cost, const FilterRequest& request) {
  const ImageShape out = request.out_shape();
  const int64_t samples = out.width * out.height * out.channels;
  for (CostStage& stage : cost.stages) stage.cost.bytes_read = stage.cost.bytes_written = 0;
  cost.stages.front().cost.bytes_read = samples * sample_bytes(request.spec.in);
  cost.stages.back().cost.bytes_written = samples * sample_bytes(request.spec.out);
  return cost;
}

CostBreakdown cost_of(const FilterTerms& terms, const RunningSums& running,
                      const FilterRequest& request) {
  const ImageShape out = request.out_shape();
  const MapShape map{out.width, out.height, out.channels};
  Window window{terms.kernel_width(), request.kernel.shape()[0]};
  window.padding = Padding::same;
  if (terms.is_direct()) return fused_cost(depthwise_cost(map, window), request);
  CostBreakdown cost = separable_cost(map, window, static_cast<int>(terms.terms.size()));
  if (running.are_integers) {
    count_integer_column(&cost.stages.front());
    count_integer_row(&cost.stages.back());
  } else {
    if (running.column) count_running_column(terms.column_taps(), &cost.stages.front());
    if (running.row) count_running_row(terms.kernel_width(), &cost.stages.back());
  }
  return fused_cost(std::move(cost), request);
}

Candidate make_candidate(FilterTerms terms, const FilterRequest& request) {
  Candidate candidate;
  candidate.choice = choose_arithmetic(terms, request.spec);
  MethodReport& report = candidate.report;
  report.method = name(terms.method);
  report.arithmetic = name(candidate.choice.arithmetic);
  report.terms = static_cast<int>(terms.terms.size());
  report.cost = cost_of(terms, candidate.choice.running, request);
  const Rates& rates = machine_profile().rates;
  report.predicted_seconds =
      predicted_seconds(rates, terms, candidate.choice, request.spec, request.out_shape());
  candidate.whole_seconds =
      predicted_seconds(rates, terms, candidate.choice, request.spec, request.image);
  report.error_bound = candidate.choice.error_bound;
  candidate.terms = std::move(terms);
  return candidate;
}

// Factoring a matrix takes time in the cube of its smaller side; past this it could take longer
// than it saves, unless the kernel is one outer product, which shows at once.
constexpr int64_t kMaxFactoredSide = 512;

bool is_worth_factoring(const FilterRequest& request) {
  const Kernel& kernel = request.kernel;
  const Method asked = request.options.method;
  if (asked == Method::separable || asked == Method::low_rank) return true;
  if (std::min(kernel.shape()[0], kernel.shape()[1]) <= kMaxFactoredSide) return true;
  const double tolerance = separation_tolerance(request.spec);
  return kernels::rank1_factors(kernel.taps(), kernel.shape(), tolerance).has_value();
}

Separation separation_for(const FilterRequest& request) {
  SeparateOptions options;
  options.tolerance = separation_tolerance(request.spec);
  options.max_error = request.options.max_error;
  return separate(request.kernel, options);
}

bool asks_for(const FilterRequest& request, Method method) {
  const Method asked = request.options.method;
  return asked == Method::automatic || asked == method ||
         (asked == Method::low_rank && method == Method::separable);
}

std::string singular_values(const Separation& separation) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(separation.spectrum.size(), 4); ++i) {
    text += fmt::format("{}{:.3g}", i == 0 ? "" : ", ", separation.spectrum[i]);
  }
  return text + (separation.spectrum.size() > 4 ? ", ..." : "");
}

// The separated way, or a refusal that says the rank.
Candidate separated_candidate(const FilterRequest& request) {
  const Separation separation = separation_for(request);
  Candidate candidate = make_candidate(separated_terms(separation), request);
  candidate.is_allowed = asks_for(request, candidate.terms.method);
  require(candidate.is_allowed || request.options.method != Method::separable,
          "filter: method is separable, but the kernel has rank {} (singular values {}); allow a "
          "max_error or use method low_rank",
          separation.rank, singular_values(separation));
  if (!candidate.is_allowed) candidate.report.reason = "not asked for";
  return candidate;
}

// Levels that the error of transforms may add to correct rounding for fft to be chosen unasked.
constexpr double kUnaskedLevels = 0.02;

// Fourier tiles, or a refusal that says why not. One outer product is faster than any transform.
std::optional<Candidate> fourier_candidate(const FilterRequest& request,
                                           const std::vector<Candidate>& others) {
  const bool is_asked_for = request.options.method == Method::fft;
  const bool is_outer_product = !others.empty() && others.back().terms.method == Method::separable;
  if (is_outer_product && !is_asked_for) return std::nullopt;
  Candidate candidate;
  candidate.terms = direct_terms(request.kernel);
  FourierOffer offer = offer_fourier({candidate.terms, request.spec, request.image});
  require(offer.way || !is_asked_for, "filter: method is fft, but {}", offer.refusal);
  if (!offer.way) return std::nullopt;
  candidate.choice = offer.way->choice;
  MethodReport& report = candidate.report;
  report.method = name(Method::fft);
  report.arithmetic = name(candidate.choice.arithmetic);
  const FourierTiling& tiling = offer.way->tiling;
  const ImageShape& image = request.image;
  const bool is_rounded_apart = candidate.choice.is_rounded_apart;
  report.cost = fourier_cost(tiling, {request.roi(), image.channels}, sample_bytes(request.spec.in),
                             sample_bytes(request.spec.out));
  const auto seconds = [&](const Rect& roi) {
    return predicted_seconds(machine_profile().rates,
                             fourier_work(tiling, {roi, image.channels}, is_rounded_apart));
  };
  report.predicted_seconds = seconds(request.roi());
  candidate.whole_seconds = seconds({0, 0, image.width, image.height});
  report.error_bound = candidate.choice.error_bound;
  candidate.is_allowed = asks_for(request, Method::fft);
  candidate.fourier = std::move(offer.way);
  if (!candidate.is_allowed) report.reason = "not asked for";
  const bool is_accurate =
      !is_integer_type(request.spec.out) || candidate.choice.doubt <= kUnaskedLevels;
  if (candidate.is_allowed && !is_asked_for && !is_accurate) {
    candidate.is_allowed = false;
    report.reason =
        fmt::format("transforms may add {:.2g} levels of error", candidate.choice.doubt);
  }
  return candidate;
}

std::string reason_chosen(const Candidate& best, const FilterRequest& request) {
  if (request.options.method != Method::automatic) return "asked for";
  if (best.fourier) {
    return fmt::format("fastest for this kernel, in tiles of {}x{}", best.fourier->tiling.width,
                       best.fourier->tiling.height);
  }
  if (best.terms.is_direct()) return "fewest operations for this kernel";
  const std::string kind = best.terms.residual_l1 > 0 && request.options.max_error > 0
                               ? fmt::format("within max_error {}", request.options.max_error)
                               : std::string("exact");
  if (best.choice.running.are_any()) {
    return fmt::format("the kernel is an outer product ({}), flat factors as running sums", kind);
  }
  return best.terms.terms.size() == 1 ? fmt::format("the kernel is an outer product ({})", kind)
                                      : fmt::format("the kernel is a sum of {} outer products ({})",
                                                    best.terms.terms.size(), kind);
}

void mark(std::vector<Candidate>* all, const FilterRequest& request) {
  const auto slower = [](const Candidate& a, const Candidate& b) {
    if (a.is_allowed != b.is_allowed) return a.is_allowed;
    return a.whole_seconds < b.whole_seconds;
  };
  std::stable_sort(all->begin(), all->end(), slower);
  Candidate& best = all->front();
  best.report.chosen = true;
  best.report.reason = reason_chosen(best, request);
  for (Candidate& other : *all) {
    if (!other.report.reason.empty()) continue;
    other.report.reason =
        fmt::format("predicted {:.1f} times as long{}", other.whole_seconds / best.whole_seconds,
                    request.options.roi ? " for the whole image" : "");
  }
}

}  // namespace

std::vector<Candidate> candidates(const FilterRequest& request) {
  std::vector<Candidate> all;
  const int64_t height = request.kernel.shape()[0];
  if (height <= simd::kMaxTerms) {
    all.push_back(make_candidate(direct_terms(request.kernel), request));
    all.back().is_allowed = asks_for(request, Method::direct);
    if (!all.back().is_allowed) all.back().report.reason = "not asked for";
  }
  if (is_worth_factoring(request)) all.push_back(separated_candidate(request));
  if (std::optional<Candidate> fourier = fourier_candidate(request, all)) {
    all.push_back(std::move(*fourier));
  }
  const auto is_allowed = [](const Candidate& candidate) { return candidate.is_allowed; };
  require(std::any_of(all.begin(), all.end(), is_allowed),
          "filter: kernel is {} high; expected at most {} for method {}", height, simd::kMaxTerms,
          name(request.options.method));
  mark(&all, request);
  return all;
}

}  // namespace sepconv
