// The kernels that have a name, one entry each.
#include "kernel/spec/kinds.h"

#include "base/check.h"

namespace sepconv::kernels {
namespace {

Axis axis_of(const Values& v) { return v.number("axis") == 0 ? Axis::x : Axis::y; }

Kernel build_gaussian(const Values& v) {
  require(v.has("sigma") != v.has("size"), "gaussian: expected either sigma or size");
  if (v.has("size")) return gaussian_of_size(v.whole("size"), v.whole_y("size"));
  return gaussian(v.pair("sigma").x, v.pair("sigma").y, v.number("truncate"));
}

Kernel build_derivative(const Values& v) {
  return gaussian_derivative(v.pair("sigma").x, v.pair("sigma").y,
                             static_cast<int>(v.whole("order")),
                             static_cast<int>(v.whole_y("order")), v.number("truncate"));
}

Kernel build_difference(const Values& v) {
  const double sigma = v.number("sigma");
  // 1.6 comes nearest to the Laplacian of a Gaussian (Marr and Hildreth 1980).
  const double wide = v.has("wide") ? v.number("wide") : 1.6 * sigma;
  return difference_of_gaussians(sigma, wide, v.number("truncate"));
}

Kernel build_gabor(const Values& v) {
  return gabor({.sigma = v.number("sigma"),
                .theta_degrees = v.number("theta"),
                .wavelength = v.number("lambda"),
                .aspect = v.number("gamma"),
                .phase_degrees = v.number("phase"),
                .truncate = v.number("truncate")});
}

std::vector<KernelKind> blurs() {
  using enum ValueKind;
  return {
      {"gaussian",
       "blur; sigma in pixels, or the size of the window",
       {{"sigma", number_pair, kOptional},
        {"size", whole_pair, kOptional},
        {"truncate", number, "3"}},
       "gaussian:sigma=3x1.5",
       build_gaussian},
      {"box",
       "mean of a window",
       {{"size", whole_pair, kRequired}},
       "box:size=7x3",
       [](const Values& v) { return box(v.whole("size"), v.whole_y("size")); }},
      {"binomial",
       "blur by a row of Pascal's triangle",
       {{"size", whole_pair, kRequired}},
       "binomial:size=5",
       [](const Values& v) { return binomial(v.whole("size"), v.whole_y("size")); }},
      {"disk",
       "mean of a disk, as a lens out of focus",
       {{"radius", number, kRequired}},
       "disk:radius=5",
       [](const Values& v) { return disk(v.number("radius")); }},
      {"motion",
       "mean along a line, angle in degrees counter-clockwise from x",
       {{"length", number, kRequired}, {"angle", number, "0"}},
       "motion:length=9,angle=30",
       [](const Values& v) { return motion_line(v.number("length"), v.number("angle")); }},
  };
}

std::vector<KernelKind> first_derivatives() {
  using enum ValueKind;
  const std::vector<Parameter> axis_only = {{"axis", axis, kRequired}};
  return {
      {"sobel", "3x3 derivative, smoothed by 1 2 1", axis_only, "sobel:x",
       [](const Values& v) { return sobel(axis_of(v)); }},
      {"scharr", "3x3 derivative, smoothed by 3 10 3", axis_only, "scharr:y",
       [](const Values& v) { return scharr(axis_of(v)); }},
      {"prewitt", "3x3 derivative, smoothed by 1 1 1", axis_only, "prewitt:x",
       [](const Values& v) { return prewitt(axis_of(v)); }},
      {"dgauss",
       "derivative of a Gaussian, order 0 to 4 each way",
       {{"sigma", number_pair, kRequired}, {"order", whole_pair, "1x0"}, {"truncate", number, "4"}},
       "dgauss:sigma=2,order=1x0",
       build_derivative},
  };
}

std::vector<KernelKind> second_derivatives() {
  using enum ValueKind;
  return {
      {"laplacian",
       "3x3 second derivative of 4 or 8 neighbours",
       {{"neighbours", whole, "4"}},
       "laplacian:8",
       [](const Values& v) { return laplacian(static_cast<int>(v.whole("neighbours"))); }},
      {"log",
       "Laplacian of a Gaussian",
       {{"sigma", number, kRequired}, {"truncate", number, "4"}},
       "log:sigma=2",
       [](const Values& v) {
         return laplacian_of_gaussian(v.number("sigma"), v.number("truncate"));
       }},
      {"dog",
       "narrow Gaussian minus a wide one; wide is 1.6 sigma unless given",
       {{"sigma", number, kRequired}, {"wide", number, kOptional}, {"truncate", number, "3"}},
       "dog:sigma=1,wide=1.6",
       build_difference},
      {"sharpen",
       "3x3 sharpening by the Laplacian",
       {},
       "sharpen",
       [](const Values&) { return sharpen(); }},
      {"unsharp",
       "sharpening by what a Gaussian takes away",
       {{"sigma", number, kRequired}, {"amount", number, "1"}},
       "unsharp:sigma=2,amount=1",
       [](const Values& v) { return unsharp(v.number("sigma"), v.number("amount")); }},
  };
}

std::vector<KernelKind> stripes() {
  using enum ValueKind;
  return {{"gabor",
           "stripes lambda pixels wide, theta the direction across them in degrees",
           {{"sigma", number, "4"},
            {"theta", number, "0"},
            {"lambda", number, "8"},
            {"gamma", number, "1"},
            {"phase", number, "0"},
            {"truncate", number, "3"}},
           "gabor:sigma=4,theta=30,lambda=8",
           build_gabor}};
}

std::vector<KernelKind> all_kinds() {
  std::vector<KernelKind> all;
  for (const auto& some : {blurs(), first_derivatives(), second_derivatives(), stripes()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

const std::vector<KernelKind>& kernel_kinds() {
  static const std::vector<KernelKind> kinds = all_kinds();
  return kinds;
}

}  // namespace sepconv::kernels
