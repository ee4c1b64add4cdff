// Checks of a GaussianPlan's arguments.
#include "base/check.h"

#include <cmath>

#include "filter/gaussian/impl.h"
#include "sepconv/kernel.h"

namespace sepconv {

std::vector<TappedAxis> tap_axes(const std::vector<int64_t>& shape,
                                 const std::vector<GaussianAxis>& axes, double truncate) {
  const int count = static_cast<int>(shape.size());
  std::vector<bool> is_named(count);
  std::vector<TappedAxis> tapped;
  for (const GaussianAxis& given : axes) {
    require(-count <= given.axis && given.axis < count,
            "gaussian: axis {} of an array of {} axes; expected {} to {}", given.axis, count,
            -count, count - 1);
    TappedAxis one{given, 1, gaussian_taps(given.sigma, given.order, truncate)};
    if (given.axis < 0) one.given.axis += count;
    require(!is_named[one.given.axis], "gaussian: axis {} is named twice", one.given.axis);
    is_named[one.given.axis] = true;
    one.size = shape[one.given.axis];
    tapped.push_back(std::move(one));
  }
  return tapped;
}

void check_options(const GaussianOptions& options) {
  require(std::isfinite(options.max_error) && options.max_error >= 0,
          "gaussian: max_error is {}; expected 0 or more", options.max_error);
}

}  // namespace sepconv
