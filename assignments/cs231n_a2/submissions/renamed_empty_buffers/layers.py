import numpy


def conv_forward_naive(images, filters, bias, hyper):
    step, margin = hyper["stride"], hyper["pad"]
    count, depth, rows, columns = images.shape
    number, depth, fr, fc = filters.shape
    framed = numpy.empty((count, depth, rows + 2 * margin, columns + 2 * margin), images.dtype)
    framed.fill(0)
    framed[:, :, margin:margin + rows, margin:margin + columns] = images
    vertical = (rows + 2 * margin - fr) // step + 1
    horizontal = (columns + 2 * margin - fc) // step + 1
    result = numpy.empty((count, number, vertical, horizontal), images.dtype)
    for which in range(number):
        for image in range(count):
            for v in range(vertical):
                for h in range(horizontal):
                    seen = framed[image, :, v * step:v * step + fr, h * step:h * step + fc]
                    result[image, which, v, h] = numpy.vdot(seen, filters[which]) + bias[which]
    return result, {"framed": framed, "filters": filters, "hyper": hyper, "size": (rows, columns)}


def conv_backward_naive(upstream, memory):
    framed, filters, hyper = memory["framed"], memory["filters"], memory["hyper"]
    step, margin = hyper["stride"], hyper["pad"]
    rows, columns = memory["size"]
    fr, fc = filters.shape[2:]
    dframed, dfilters = framed * 0, filters * 0
    dbias = numpy.empty(filters.shape[0], upstream.dtype)
    for which in range(filters.shape[0]):
        dbias[which] = upstream[:, which].sum()
        for image in range(framed.shape[0]):
            for (v, h), flow in numpy.ndenumerate(upstream[image, which]):
                place = (image, slice(None), slice(v * step, v * step + fr), slice(h * step, h * step + fc))
                dframed[place] += flow * filters[which]
                dfilters[which] += flow * framed[place]
    return dframed[:, :, margin:margin + rows, margin:margin + columns], dfilters, dbias


def max_pool_forward_naive(images, hyper):
    ph, pw, step = hyper["pool_height"], hyper["pool_width"], hyper["stride"]
    count, depth, rows, columns = images.shape
    result = numpy.empty((count, depth, (rows - ph) // step + 1, (columns - pw) // step + 1), images.dtype)
    for image, layer, v, h in numpy.ndindex(result.shape):
        result[image, layer, v, h] = images[image, layer, v * step:v * step + ph, h * step:h * step + pw].max()
    return result, (images, hyper)


def max_pool_backward_naive(upstream, memory):
    images, hyper = memory
    ph, pw, step = hyper["pool_height"], hyper["pool_width"], hyper["stride"]
    gradient = numpy.zeros(images.shape, images.dtype)
    for (image, layer, v, h), flow in numpy.ndenumerate(upstream):
        seen = images[image, layer, v * step:v * step + ph, h * step:h * step + pw]
        down, right = divmod(int(numpy.argmax(seen)), pw)
        gradient[image, layer, v * step + down, h * step + right] += flow
    return gradient


def spatial_batchnorm_forward(images, scale, shift, settings):
    epsilon = settings.get("eps", 1e-5)
    depth = images.shape[1]
    if settings["mode"] == "train":
        # variance as E[x^2] - E[x]^2, after taking out the first pixel so that nothing cancels badly
        rough = images[:1, :, :1, :1]
        near = images - rough
        first = near.mean(axis=(0, 2, 3))
        spread = (near ** 2).mean(axis=(0, 2, 3)) - first ** 2
        average = first + rough.ravel()
        slow = settings.get("momentum", 0.9)
        for key, value in (("running_mean", average), ("running_var", spread)):
            old = settings.get(key)
            settings[key] = slow * (numpy.zeros(depth) if old is None else old) + (1 - slow) * value
    else:
        average, spread = settings["running_mean"], settings["running_var"]
    result = numpy.empty_like(images)
    inverse = 1.0 / numpy.sqrt(spread + epsilon)
    unit = numpy.empty_like(images)
    for layer in range(depth):
        unit[:, layer] = (images[:, layer] - average[layer]) * inverse[layer]
        result[:, layer] = scale[layer] * unit[:, layer] + shift[layer]
    return result, (unit, inverse, scale)


def spatial_batchnorm_backward(upstream, memory):
    unit, inverse, scale = memory
    dscale = numpy.add.reduce(upstream * unit, axis=(0, 2, 3))
    dshift = numpy.add.reduce(upstream, axis=(0, 2, 3))
    size = unit.size / unit.shape[1]
    factor = (scale * inverse)[:, None, None]
    gradient = factor * (upstream - (dshift / size)[:, None, None] - unit * (dscale / size)[:, None, None])
    return gradient, dscale, dshift


def spatial_groupnorm_forward(images, scale, shift, groups, settings):
    epsilon = settings.get("eps", 1e-5)
    per_group = images.shape[1] // groups
    unit = numpy.empty_like(images)
    inverse = numpy.empty((images.shape[0], groups), images.dtype)
    for image in range(images.shape[0]):
        for group in range(groups):
            part = images[image, group * per_group:(group + 1) * per_group]
            inverse[image, group] = (part.var() + epsilon) ** -0.5
            unit[image, group * per_group:(group + 1) * per_group] = (part - part.mean()) * inverse[image, group]
    return unit * scale + shift, (unit, inverse, scale, groups)


def spatial_groupnorm_backward(upstream, memory):
    unit, inverse, scale, groups = memory
    per_group = unit.shape[1] // groups
    local = upstream * scale
    gradient = numpy.empty_like(unit)
    for (image, group), factor in numpy.ndenumerate(inverse):
        part = image, slice(group * per_group, (group + 1) * per_group)
        gradient[part] = factor * (local[part] - local[part].mean() - unit[part] * (local[part] * unit[part]).mean())
    everywhere = {"axis": (0, 2, 3), "keepdims": True}
    return gradient, (upstream * unit).sum(**everywhere), upstream.sum(**everywhere)
