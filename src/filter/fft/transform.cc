// Line transforms by kissfft. Its objects have scratch of their own, but touch it in passes of
// other radices than 2, 3, 4 and 5 only, which our sizes do not have: transforms may share them.
#include "filter/fft/transform.h"

#include <kissfft/kissfft.hh>

namespace sepconv {

struct LineTransform::Plans {
  int64_t size;
  kissfft<double> forward;
  kissfft<double> inverse;
};

LineTransform::LineTransform(int64_t size)
    : plans_(new Plans{size, kissfft<double>(size, false), kissfft<double>(size, true)}) {}
LineTransform::~LineTransform() = default;
LineTransform::LineTransform(LineTransform&&) noexcept = default;
LineTransform& LineTransform::operator=(LineTransform&&) noexcept = default;

int64_t LineTransform::size() const { return plans_->size; }

void LineTransform::forward(const std::complex<double>* in, int64_t in_stride,
                            std::complex<double>* out) const {
  plans_->forward.transform(in, out, 0, 1, in_stride);
}

void LineTransform::inverse(const std::complex<double>* in, int64_t in_stride,
                            std::complex<double>* out) const {
  plans_->inverse.transform(in, out, 0, 1, in_stride);
}

}  // namespace sepconv
