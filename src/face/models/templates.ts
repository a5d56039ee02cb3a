import { type Landmarks, mapLandmarks, type Point } from "../geometry.ts";

/**
 * Where the five landmarks lie in ArcFace's crop of 112 x 112 pixels.
 *
 * Deng et al., "ArcFace" (2019): the positions its training crops were aligned to, which MobileFaceNet, SFace and most
 * later embedders took over.
 */
export const arcFaceTemplate: Landmarks = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/**
 * Five points of the mean face that dlib aligns to, as fractions of the square that holds the face: the mean of the six
 * points around each eye, the nose tip and the corners of the mouth (`mean_face_shape_x` and `_y` of dlib 19's
 * image_transforms/interpolation.h).
 */
const dlibMeanFace: Landmarks = [
  meanPoint([
    [0.121737, 0.216423],
    [0.187122, 0.178758],
    [0.265825, 0.179852],
    [0.334606, 0.231733],
    [0.260918, 0.245099],
    [0.182743, 0.244077],
  ]),
  meanPoint([
    [0.645647, 0.231733],
    [0.714428, 0.179852],
    [0.793132, 0.178758],
    [0.858516, 0.216423],
    [0.79751, 0.244077],
    [0.719335, 0.245099],
  ]),
  [0.490127, 0.515625],
  [0.254149, 0.780233],
  [0.726104, 0.780233],
];

/**
 * What is left around the mean face on each side, as a fraction of its size. dlib leaves 0.25 around the face that its own 68
 * points make out; of MTCNN's five, a crop that is 5 % tighter tells people apart better. Of all pairs of one person, those more
 * alike than all but 1e-4 of the strangers: 80.3 % at 0.25 and 81.4 % here on LFW's folds 1 to 5, which decided it; 82.6 and
 * 84.3 % on folds 6 to 10. Another 2 or 5 % tighter, nothing is gained.
 */
const DLIB_PADDING = 0.214;

/** Where the five landmarks lie in the crop of 150 x 150 pixels, dlib's face chip. */
export const dlibTemplate: Landmarks = mapLandmarks(dlibMeanFace, ([x, y]) => [
  (150 * (x + DLIB_PADDING)) / (1 + 2 * DLIB_PADDING),
  (150 * (y + DLIB_PADDING)) / (1 + 2 * DLIB_PADDING),
]);

/**
 * dlib averages over crops as well, of other places (its `num_jitters`). Measured as above, two sizes are worth more than one:
 * 80.0 % and 81.5 % on folds 1 to 5, which decided it, 83.0 and 84.8 % on folds 6 to 10. Of seven ways to choose two crops, one
 * size at two places came out alike on the first, and a point worse on the others.
 */
export const dlibCropScales = [0.97, 1.06];

/**
 * Where the five landmarks lie in FaceNet's crop of 160 x 160 pixels.
 *
 * FaceNet was trained on MTCNN's boxes, widened by 14 / (160 - 14) and scaled to the square, not on aligned faces. So
 * this is where its landmarks were on average: the mean, made symmetrical, of the faces that facenet-pytorch's MTCNN
 * finds in 299 images of LFW.
 */
export const facenetTemplate: Landmarks = [
  [48.9, 63.2],
  [114.3, 63.2],
  [81.6, 92.1],
  [52.8, 117.2],
  [110.4, 117.2],
];

function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
