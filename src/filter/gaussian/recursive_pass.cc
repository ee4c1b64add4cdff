// From a response and a border to what the engine runs, and a bound of its rounding errors.
#include "filter/gaussian/recursive_pass.h"

#include <algorithm>
#include <cmath>

#include "filter/border.h"
#include "filter/choose/error_bound.h"

namespace sepconv {
namespace {

using Complex = std::complex<double>;

// What a state still knows of samples this far back is below the rounding of its sums.
constexpr double kForgottenFloat = 0x1p-30;
constexpr double kForgottenDouble = 0x1p-60;

Complex power(Complex base, int64_t exponent) {
  const auto n = static_cast<double>(exponent);
  return std::polar(std::pow(std::abs(base), n), std::arg(base) * n);
}

double largest_modulus(const std::vector<Complex>& poles) {
  double largest = 0;
  for (const Complex pole : poles) largest = std::max(largest, std::abs(pole));
  return largest;
}

// Samples after which the line repeats itself for ever.
int64_t period_of(const TappedAxis& axis) {
  switch (axis.given.border) {
    case Border::wrap:
      return axis.size;
    case Border::symmetric:
      return 2 * axis.size;
    default:
      return 2 * axis.size - 2;
  }
}

struct EndRequest {
  const std::vector<Complex>& poles;
  const PassRequest& pass;
  bool is_left = true;
};

void set_periodic_end(const EndRequest& request, simd::LineEnd* end) {
  const TappedAxis& axis = request.pass.axis;
  const double forgotten = request.pass.in_double ? kForgottenDouble : kForgottenFloat;
  const double remembered = std::log(forgotten) / std::log(largest_modulus(request.poles));
  const int64_t period = period_of(axis);
  const bool is_closed = static_cast<double>(period) <= remembered;
  const int64_t count = is_closed ? period : static_cast<int64_t>(std::ceil(remembered));
  for (int64_t i = count; i >= 1; --i) {
    const int64_t beyond = request.is_left ? -i : axis.size - 1 + i;
    end->samples.push_back(border_index(beyond, axis.size, axis.given.border));
  }
  for (size_t k = 0; k < request.poles.size(); ++k) {
    end->closing[k] = is_closed ? 1.0 / (1.0 - power(request.poles[k], period)) : 1.0;
  }
}

simd::LineEnd make_end(const EndRequest& request) {
  const TappedAxis& axis = request.pass.axis;
  simd::LineEnd end;
  const bool has_value = is_constant(axis.given.border);
  const bool is_steady = has_value || axis.given.border == Border::replicate || axis.size == 1;
  if (!is_steady) {
    set_periodic_end(request, &end);
    return end;
  }
  end.value = request.pass.outside;
  if (!has_value) end.repeated = request.is_left ? 0 : axis.size - 1;
  for (size_t k = 0; k < request.poles.size(); ++k) {
    end.steady[k] = 1.0 / (1.0 - request.poles[k]);
    end.closing[k] = 1.0;
  }
  return end;
}

// The largest rounding error of a pass for inputs of magnitude 1, by u, half a unit in the last
// place. A state is at most gain = 1 / (1 - |pole|). A step rounds products and sums of it by
// local, and such errors decay like the state, so that they add up to local * gain. To begin with,
// a state is off by as much, by its products with steady or closing, and by what it forgot of a
// border. Each output then sums 4 products a pair, none larger than |weight| * gain. Multiply-adds
// that round once are better.
double rounding_bound(const kernels::RecursiveResponse& response, bool in_double) {
  const double u = unit_of(in_double);
  const double forgotten = in_double ? kForgottenDouble : kForgottenFloat;
  const double pairs = static_cast<double>(response.poles.size());
  double states = 0, products = std::abs(response.center);
  for (size_t k = 0; k < response.poles.size(); ++k) {
    const Complex pole = response.poles[k];
    const double gain = 1 / (1 - std::abs(pole));
    const double step = 2 * std::abs(pole.imag()) + std::abs(pole.real()) + 1;
    const double local = 1.5 * u * (step * gain + 1);
    states += 2 * std::abs(response.weights[k]) * gain * (local + 8 * u + forgotten);
    products += 2 * std::abs(response.weights[k]) * gain;
  }
  constexpr double kSecondOrder = 1.01;
  return kSecondOrder * (states + (4 * pairs + 4) * u * products);
}

}  // namespace

RecursivePass make_recursive_pass(const kernels::RecursiveResponse& response,
                                  const PassRequest& request) {
  RecursivePass pass;
  pass.axis = request.axis.given.axis;
  pass.filter.size = request.axis.size;
  pass.filter.center = response.center;
  pass.filter.in_double = request.in_double;
  for (size_t k = 0; k < response.poles.size(); ++k) {
    const Complex weight = response.weights[k];
    pass.filter.pairs.push_back({response.poles[k], response.is_odd ? -weight : weight, weight});
  }
  pass.filter.left = make_end({response.poles, request, true});
  pass.filter.right = make_end({response.poles, request, false});
  pass.gain = sum_of_magnitudes(request.axis.taps);
  pass.distance = response.l1_distance;
  // Constants beyond the border are rounded too.
  pass.rounding = rounding_bound(response, request.in_double) +
                  unit_of(request.in_double) * (pass.gain + pass.distance);
  return pass;
}

}  // namespace sepconv
