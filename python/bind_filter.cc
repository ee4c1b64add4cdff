// Python names of sepconv/filter.h: the plan that filters images, and stacks of them.
#include <nanobind/stl/string.h>

#include "bindings.h"
#include "samples.h"
#include "sepconv/filter.h"

namespace nb = nanobind;

namespace sepconv::python {
namespace {

struct ImageRequest {
  int64_t height = 0;
  int64_t width = 0;
  int channels = 1;
  bool has_channel_axis = false;
  std::string in_type;
  std::string out_type;
  std::string border;
  double border_value = 0;
  bool convolve = false;
  std::string method;
  double max_error = 0;
  int threads = 1;
};

// A plan for one image, run on all images of a stack.
class StackPlan {
 public:
  StackPlan(const ImageRequest& request, const Kernel& kernel)
      : plan_(shape_of(request), sample_type_named(request.in_type),
              sample_type_named(request.out_type), kernel, options_of(request)),
        image_axes_(request.has_channel_axis ? 3 : 2) {}

  /// shape      leading axes, then (height, width), then channels if the request has them;
  ///            any strides
  void run(const ConstArrayRef& in, const ArrayRef& out) const { run_from(0, {&in, &out, 0, 0}); }

  const FilterPlan& plan() const { return plan_; }

 private:
  struct Position {
    const ConstArrayRef* in;
    const ArrayRef* out;
    int64_t in_offset;  // samples from the start
    int64_t out_offset;
  };

  static ImageShape shape_of(const ImageRequest& r) { return {r.width, r.height, r.channels}; }

  static FilterOptions options_of(const ImageRequest& r) {
    FilterOptions options;
    options.border = border_named(r.border);
    options.border_value = r.border_value;
    options.convolve = r.convolve;
    options.method = method_named(r.method);
    options.max_error = r.max_error;
    options.threads = r.threads;
    return options;
  }

  // An image of a stack with its strides, the leading axes' left out.
  template <class Image, class Byte>
  Image image_at(Byte* data, SampleType type, const std::vector<int64_t>& strides) const {
    const int64_t* of_image = strides.data() + (strides.size() - image_axes_);
    Image image(data, type, plan_.out_shape(), of_image[0]);
    image.pixel_stride = of_image[1];
    if (image_axes_ == 3) image.channel_stride = of_image[2];
    return image;
  }

  void run_from(size_t axis, const Position& at) const {
    const auto& [in, out, in_offset, out_offset] = at;
    if (axis + image_axes_ == in->shape.size()) {
      const auto* from = static_cast<const std::byte*>(in->data);
      auto* to = static_cast<std::byte*>(out->data);
      return plan_.run(
          image_at<ConstImageRef>(from + in_offset * sample_bytes(in->type), in->type, in->strides),
          image_at<ImageRef>(to + out_offset * sample_bytes(out->type), out->type, out->strides));
    }
    for (int64_t i = 0; i < in->shape[axis]; ++i) {
      run_from(axis + 1,
               {in, out, in_offset + i * in->strides[axis], out_offset + i * out->strides[axis]});
    }
  }

  FilterPlan plan_;
  size_t image_axes_;
};

void run(const StackPlan& plan, const InArray& in, const OutArray& out) {
  const ConstArrayRef from = in_ref(in);
  const ArrayRef to = out_ref(out);
  nb::gil_scoped_release release;
  plan.run(from, to);
}

}  // namespace

void bind_filter(nb::module_& m) {
  nb::class_<ImageRequest>(m, "ImageRequest", "What a StackPlan is made from.")
      .def(nb::init<>())
      .def_rw("height", &ImageRequest::height)
      .def_rw("width", &ImageRequest::width)
      .def_rw("channels", &ImageRequest::channels)
      .def_rw("has_channel_axis", &ImageRequest::has_channel_axis)
      .def_rw("in_type", &ImageRequest::in_type)
      .def_rw("out_type", &ImageRequest::out_type)
      .def_rw("border", &ImageRequest::border)
      .def_rw("border_value", &ImageRequest::border_value)
      .def_rw("convolve", &ImageRequest::convolve)
      .def_rw("method", &ImageRequest::method)
      .def_rw("max_error", &ImageRequest::max_error)
      .def_rw("threads", &ImageRequest::threads);
  nb::class_<StackPlan>(m, "StackPlan", "Filters images and stacks of them.")
      .def(nb::init<const ImageRequest&, const Kernel&>())
      .def("run", &run)
      .def("explain", [](const StackPlan& s) { return s.plan().explain(); })
      .def_prop_ro("scratch_bytes",
                   [](const StackPlan& s) { return s.plan().strided_scratch_bytes(); })
      .def("error_bound", [](const StackPlan& s, double largest_float) {
        return s.plan().error_bound(largest_float);
      });
}

}  // namespace sepconv::python
