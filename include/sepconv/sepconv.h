// Everything public in one include.
#pragma once

#include "sepconv/array.h"
#include "sepconv/context.h"
#include "sepconv/correlation.h"
#include "sepconv/cost.h"
#include "sepconv/error.h"
#include "sepconv/explanation.h"
#include "sepconv/filter.h"
#include "sepconv/gaussian_filter.h"
#include "sepconv/image.h"
#include "sepconv/kernel.h"
#include "sepconv/layer.h"
#include "sepconv/layer_gradient.h"
#include "sepconv/separation.h"
#include "sepconv/tensor.h"
#include "sepconv/tune.h"
