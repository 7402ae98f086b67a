/// The image sets that can be loaded by name.
public enum ImageCollection: String, CaseIterable, Sendable, Codable {
  /// 60,000 + 10,000 grey pictures of clothing, 28x28 (Xiao, Rasul and Vollgraf, 2017).
  case fashionMNIST = "fashion-mnist"
  /// 50,000 + 10,000 colour photographs, 32x32 (Krizhevsky, 2009).
  case cifar10
  /// Generated colour pictures of geometric shapes, 32x32: no files needed.
  case shapes

  /// Where the files are unless the user says otherwise: the folder of Debian's package
  /// `dataset-fashion-mnist`. There is none for the others.
  public var defaultFolder: String? {
    self == .fashionMNIST ? "/usr/share/datasets/fashion-mnist" : nil
  }

  /// The names of the ten classes, in the order of their labels.
  public var classNames: [String] {
    switch self {
    case .fashionMNIST:
      [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
      ]
    case .cifar10:
      [
        "airplane", "automobile", "bird", "cat", "deer",
        "dog", "frog", "horse", "ship", "truck",
      ]
    case .shapes:
      Shape.allCases.map(\.rawValue)
    }
  }
}
