expected_shape = (4, 7, 7, 2)
