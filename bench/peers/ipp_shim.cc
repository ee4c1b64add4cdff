// Calls Intel IPP's filters on bands of rows, one a thread; bench/peers/ipp_peer.py loads it.
#include <ipp/ippcore.h>
#include <ipp/ippcv.h>
#include <ipp/ippi.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

enum class Kind : int { separable, gaussian, box, sobel, scharr, prewitt, dense };

// What to filter, as Python fills it; taps are in IPP's order.
struct Request {
  const uint8_t* from;
  uint8_t* to;
  int from_step, to_step;  // bytes
  int width, height, channels;
  int type;    // IppDataType
  int border;  // IppiBorderType
  int threads;
  Kind kind;
  IppiSize kernel;
  const float *row, *column;  // dense kernels are in row
  const int16_t *short_row, *short_column;
  int divisor;  // of the short taps
  float sigma;
};

// Rows of the image, and how their filter sees the rows beyond them.
struct Band {
  int first;
  IppiSize size;
  IppiBorderType border;
  std::vector<uint8_t> spec, buffer;
};

using RunBand = std::function<IppStatus(const Request&, Band&)>;

struct Filter {
  Request request;
  std::vector<Band> bands;
  RunBand run;
};

thread_local std::string last_error;

void require(IppStatus status, const char* call) {
  if (status < ippStsNoErr) throw std::string(call) + ": " + ippGetStatusString(status);
}

// Whole cache lines before and after, where IPP wants alignment.
void reserve(std::vector<uint8_t>& memory, int bytes) { memory.resize(bytes + 64); }

template <class T = uint8_t>
T* aligned(std::vector<uint8_t>& memory) {
  const auto address = reinterpret_cast<uintptr_t>(memory.data());
  return reinterpret_cast<T*>((address + 63) / 64 * 64);
}

template <class T>
const T* source(const Request& r, const Band& band) {
  return reinterpret_cast<const T*>(r.from + static_cast<ptrdiff_t>(band.first) * r.from_step);
}

template <class T>
T* target(const Request& r, const Band& band) {
  return reinterpret_cast<T*>(r.to + static_cast<ptrdiff_t>(band.first) * r.to_step);
}

IppDataType type_of(const Request& r) { return static_cast<IppDataType>(r.type); }

// A filter of one type: IPP's function for one channel and the one for three.
template <class T, class Spec>
using OneChannel = IppStatus (*)(const T*, int, T*, int, IppiSize, IppiBorderType, T, const Spec*,
                                 Ipp8u*);
template <class T, class Spec>
using ThreeChannels = IppStatus (*)(const T*, int, T*, int, IppiSize, IppiBorderType, T*,
                                    const Spec*, Ipp8u*);

template <class T>
RunBand separable(OneChannel<T, IppiFilterSeparableSpec> one,
                  ThreeChannels<T, IppiFilterSeparableSpec> three) {
  return [=](const Request& r, Band& band) {
    T zeros[3] = {};
    auto* spec = aligned<IppiFilterSeparableSpec>(band.spec);
    const T* from = source<T>(r, band);
    T* to = target<T>(r, band);
    if (r.channels == 1) {
      return one(from, r.from_step, to, r.to_step, band.size, band.border, T{}, spec,
                 aligned(band.buffer));
    }
    return three(from, r.from_step, to, r.to_step, band.size, band.border, zeros, spec,
                 aligned(band.buffer));
  };
}

RunBand make_separable(const Request& r, std::vector<Band>& bands) {
  const IppDataType taps = r.short_row ? ipp16s : ipp32f;
  for (Band& band : bands) {
    int spec = 0, buffer = 0;
    require(ippiFilterSeparableGetSpecSize(r.kernel, taps, r.channels, &spec), "spec");
    require(ippiFilterSeparableGetBufferSize(band.size, r.kernel, type_of(r), taps, r.channels,
                                             &buffer),
            "buffer");
    reserve(band.spec, spec);
    reserve(band.buffer, buffer);
    auto* made = aligned<IppiFilterSeparableSpec>(band.spec);
    require(r.short_row ? ippiFilterSeparableInit_16s(r.short_row, r.short_column, r.kernel,
                                                      r.divisor, 0, type_of(r), r.channels, made)
                        : ippiFilterSeparableInit_32f(r.row, r.column, r.kernel, type_of(r),
                                                      r.channels, made),
            "init");
  }
  switch (type_of(r)) {
    case ipp8u:
      return separable<Ipp8u>(ippiFilterSeparable_8u_C1R, ippiFilterSeparable_8u_C3R);
    case ipp16u:
      return separable<Ipp16u>(ippiFilterSeparable_16u_C1R, ippiFilterSeparable_16u_C3R);
    default:
      return separable<Ipp32f>(ippiFilterSeparable_32f_C1R, ippiFilterSeparable_32f_C3R);
  }
}

RunBand make_gaussian(const Request& r, std::vector<Band>& bands) {
  for (Band& band : bands) {
    int spec = 0, buffer = 0;
    require(
        ippiFilterGaussianGetBufferSize(band.size, r.kernel.width, type_of(r), 1, &spec, &buffer),
        "buffer");
    reserve(band.spec, spec);
    reserve(band.buffer, buffer);
    require(ippiFilterGaussianInit(band.size, r.kernel.width, r.sigma, band.border, type_of(r), 1,
                                   aligned<IppFilterGaussianSpec>(band.spec), aligned(band.buffer)),
            "init");
  }
  if (type_of(r) == ipp8u) {
    return [](const Request& q, Band& band) {
      return ippiFilterGaussianBorder_8u_C1R(
          source<Ipp8u>(q, band), q.from_step, target<Ipp8u>(q, band), q.to_step, band.size, 0,
          aligned<IppFilterGaussianSpec>(band.spec), aligned(band.buffer));
    };
  }
  return [](const Request& q, Band& band) {
    return ippiFilterGaussianBorder_32f_C1R(
        source<Ipp32f>(q, band), q.from_step, target<Ipp32f>(q, band), q.to_step, band.size, 0,
        aligned<IppFilterGaussianSpec>(band.spec), aligned(band.buffer));
  };
}

template <class T, class Call>
RunBand box(Call call) {
  return [=](const Request& r, Band& band) {
    const T zeros[3] = {};
    return call(source<T>(r, band), r.from_step, target<T>(r, band), r.to_step, band.size, r.kernel,
                band.border, zeros, aligned(band.buffer));
  };
}

RunBand make_box(const Request& r, std::vector<Band>& bands) {
  for (Band& band : bands) {
    int buffer = 0;
    require(ippiFilterBoxBorderGetBufferSize(band.size, r.kernel, type_of(r), 1, &buffer),
            "buffer");
    reserve(band.buffer, buffer);
  }
  if (type_of(r) == ipp8u) return box<Ipp8u>(ippiFilterBoxBorder_8u_C1R);
  return box<Ipp32f>(ippiFilterBoxBorder_32f_C1R);
}

template <class From, class To, class Call>
RunBand derivative(Call call) {
  return [=](const Request& r, Band& band) {
    return call(source<From>(r, band), r.from_step, target<To>(r, band), r.to_step, band.size,
                ippMskSize3x3, band.border, From{}, aligned(band.buffer));
  };
}

RunBand make_derivative(const Request& r, std::vector<Band>& bands) {
  const auto size_of = r.kind == Kind::sobel    ? ippiFilterSobelVertBorderGetBufferSize
                       : r.kind == Kind::scharr ? ippiFilterScharrVertMaskBorderGetBufferSize
                                                : ippiFilterPrewittVertBorderGetBufferSize;
  const bool is_u8 = type_of(r) == ipp8u;
  for (Band& band : bands) {
    int buffer = 0;
    require(size_of(band.size, ippMskSize3x3, type_of(r), is_u8 ? ipp16s : ipp32f, 1, &buffer),
            "buffer");
    reserve(band.buffer, buffer);
  }
  if (is_u8) {
    return derivative<Ipp8u, Ipp16s>(r.kind == Kind::sobel ? ippiFilterSobelVertBorder_8u16s_C1R
                                     : r.kind == Kind::scharr
                                         ? ippiFilterScharrVertMaskBorder_8u16s_C1R
                                         : ippiFilterPrewittVertBorder_8u16s_C1R);
  }
  return derivative<Ipp32f, Ipp32f>(r.kind == Kind::sobel ? ippiFilterSobelVertBorder_32f_C1R
                                    : r.kind == Kind::scharr
                                        ? ippiFilterScharrVertMaskBorder_32f_C1R
                                        : ippiFilterPrewittVertBorder_32f_C1R);
}

template <class T, class Call>
RunBand dense(Call call) {
  return [=](const Request& r, Band& band) {
    const T zeros[3] = {};
    return call(source<T>(r, band), r.from_step, target<T>(r, band), r.to_step, band.size,
                band.border, zeros, aligned<IppiFilterBorderSpec>(band.spec), aligned(band.buffer));
  };
}

RunBand make_dense(const Request& r, std::vector<Band>& bands) {
  for (Band& band : bands) {
    int spec = 0, buffer = 0;
    require(ippiFilterBorderGetSize(r.kernel, band.size, type_of(r), ipp32f, 1, &spec, &buffer),
            "size");
    reserve(band.spec, spec);
    reserve(band.buffer, buffer);
    require(ippiFilterBorderInit_32f(r.row, r.kernel, type_of(r), 1, ippRndNear,
                                     aligned<IppiFilterBorderSpec>(band.spec)),
            "init");
  }
  if (type_of(r) == ipp8u) return dense<Ipp8u>(ippiFilterBorder_8u_C1R);
  return dense<Ipp32f>(ippiFilterBorder_32f_C1R);
}

RunBand make_run(const Request& r, std::vector<Band>& bands) {
  switch (r.kind) {
    case Kind::separable:
      return make_separable(r, bands);
    case Kind::gaussian:
      return make_gaussian(r, bands);
    case Kind::box:
      return make_box(r, bands);
    case Kind::dense:
      return make_dense(r, bands);
    default:
      return make_derivative(r, bands);
  }
}

// One band a thread; what lies beyond it, inside the image, is in memory. IPP reads the kernel's
// radius there without a mirror, so bands are no smaller.
std::vector<Band> bands_of(const Request& r) {
  const int radius = std::max(r.kernel.height / 2, 1);
  const int count = std::clamp(r.height / radius, 1, r.threads);
  std::vector<Band> bands(count);
  for (int i = 0; i < count; ++i) {
    const int first = r.height * i / count, end = r.height * (i + 1) / count;
    const int above = i > 0 ? ippBorderInMemTop : 0;
    const int below = i + 1 < count ? ippBorderInMemBottom : 0;
    bands[i].first = first;
    bands[i].size = {r.width, end - first};
    bands[i].border = static_cast<IppiBorderType>(r.border | above | below);
  }
  return bands;
}

}  // namespace

// A filter, or null; then shim_error() says why.
extern "C" Filter* shim_make(const Request* request) {
  try {
    auto filter = std::make_unique<Filter>(Filter{*request, bands_of(*request), {}});
    filter->run = make_run(*request, filter->bands);
    return filter.release();
  } catch (const std::string& error) {
    last_error = error;
    return nullptr;
  }
}

extern "C" const char* shim_error() { return last_error.c_str(); }

// 0, or a negative IppStatus.
extern "C" int shim_run(Filter* filter) {
  int worst = 0;
  const int count = static_cast<int>(filter->bands.size());
#pragma omp parallel for num_threads(count) schedule(static, 1) reduction(min : worst)
  for (int i = 0; i < count; ++i) {
    worst = std::min<int>(worst, filter->run(filter->request, filter->bands[i]));
  }
  return worst;
}

extern "C" void shim_free(Filter* filter) { delete filter; }

// The version, and the instruction set that was dispatched to.
extern "C" const char* shim_version() {
  static const std::string text = [] {
    const IppLibraryVersion* version = ippiGetLibVersion();
    return std::string(version->Version) + " " + version->targetCpu[0] + version->targetCpu[1];
  }();
  return text.c_str();
}
