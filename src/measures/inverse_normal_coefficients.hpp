// Coefficients of inverse_normal: Chebyshev interpolants computed with 50 digits and rounded once, written as powers of
// t, the interval's variable mapped to [-1, 1]; zeros fill up to an even number. Largest relative error of x by each,
// in exact arithmetic: 2e-17, 1.4e-16, 1.2e-16.
#ifndef KOROBOV_SRC_MEASURES_INVERSE_NORMAL_COEFFICIENTS_HPP
#define KOROBOV_SRC_MEASURES_INVERSE_NORMAL_COEFFICIENTS_HPP

namespace korobov::detail {

// (x / (u - 1/2) - sqrt(2 pi)) / w as a function of w = -log(4 u (1 - u)) on [0, 6.25], t = 0.32 w - 1.
inline constexpr double inverse_normal_centre[] = {
    0x1.63a21d2dfce25p-1,   -0x1.f6363b4c18e83p-7,  -0x1.3754dbb2430a7p-5,  0x1.1f7591901fcaep-6,
    -0x1.760905d363658p-10, -0x1.2fcdbf38c5378p-9,  0x1.31e0e481cd665p-10,  -0x1.ae769c5202d43p-15,
    -0x1.8a3c85fef6200p-13, 0x1.58bbc01e2f4f3p-14,  0x1.36c7caef44025p-19,  -0x1.0b0aa800e9aabp-16,
    0x1.80705f4f9129ap-18,  0x1.84fadc9e14677p-21,  -0x1.690196253463bp-20, 0x1.9f092d5e63f72p-22,
    0x1.bef3c894a9689p-24,  -0x1.e8ca7418ec79fp-24, 0x1.7a6dcf7b2c0abp-26,  0x1.d96ac3b2862d1p-27,
    -0x1.0c35010a60296p-27, -0x1.908da0abeac05p-34, 0x1.da1a48dd2dee3p-31,  -0x1.35d85f054dc98p-33,
};

// |x| as a function of s = sqrt(w) on [2.5, 6.25], t = (s - 4.375) / 1.875.
inline constexpr double inverse_normal_tail[] = {
    0x1.7dd033998cb57p+2,   0x1.56d9703a68bdcp+1,   0x1.47e0efff3e32dp-9,   -0x1.37a80dd361c96p-8,
    0x1.8ffd7f0cf720fp-9,   -0x1.9bfda74691717p-10, 0x1.7d765017a6e6fp-11,  -0x1.459588b26b345p-12,
    0x1.efc646c7a54b6p-14,  -0x1.11d3dfc49b04dp-15, -0x1.04fce1431c538p-18, 0x1.1ce318343d76fp-16,
    -0x1.2e128288926e6p-16, 0x1.b9064416e9ccbp-17,  -0x1.be8e80ea464bep-18, 0x1.6ffd44260b7c4p-20,
    0x1.7096c6b435022p-20,  -0x1.d9460c1144093p-20, 0x1.23e09ee3ccc42p-20,  -0x1.e5e98f7bfaf3cp-22,
    0x1.c7695921b6e07p-26,  0x1.f6c9b85b25e6ep-23,  -0x1.adc55176d3c83p-23, 0x1.9a85654eaa944p-26,
    0x1.4c0178e6c9b2ap-25,  -0x1.d0b57240d448fp-27,
};

// |x| as a function of s on [6.25, 27.5], t = (s - 16.875) / 10.625; u below 3e-18, down to the least subnormal.
inline constexpr double inverse_normal_far_tail[] = {
    0x1.7c05932d13a2ep+4,   0x1.e2473ec1e68c9p+3,
    -0x1.4af9d3995b99ap-6,  0x1.2fb6674a47e2fp-7,
    -0x1.13ec03b2c5effp-8,  0x1.e0d10ebaf885dp-10,
    -0x1.7d84886f07465p-11, 0x1.df87fbc6f31e4p-13,
    -0x1.331f86f7e8427p-16, -0x1.e8326b9643d1ap-15,
    0x1.3d869c201ac1ap-14,  -0x1.24b25e32bfa3ap-14,
    0x1.d9afe1d168434p-15,  -0x1.614fc924fbac6p-15,
    0x1.fcb1743b613cep-16,  -0x1.8d45bfae3b89bp-16,
    0x1.1ce0ad988f280p-16,  -0x1.13930078c0ea4p-18,
    0x1.236359d9f0caep-20,  -0x1.2f0103ad51175p-16,
    0x1.f5cf2d590af94p-17,  0x1.548ba068dbd3ap-16,
    -0x1.225c68469e58fp-16, -0x1.cb032276bb468p-16,
    0x1.69fcb31159e87p-16,  0x1.7489a0f31b92ap-16,
    -0x1.1ae63ea9e29d7p-16, -0x1.b8a40b5f50c26p-17,
    0x1.3fd3ded85b9fep-17,  0x1.3340c069d8a12p-18,
    -0x1.ae6b9b98b8016p-19, -0x1.b8968c12ff8a2p-21,
    0x1.2892f7f9965c7p-21,  0.0,
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_INVERSE_NORMAL_COEFFICIENTS_HPP
