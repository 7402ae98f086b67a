extension ImageDataset {
  /// Loads Fashion-MNIST, or another set in MNIST's form: IDX files, plain or `.gz`.
  ///
  /// Images of 28x28 grey values are to be padded to 32x32 and repeated to three channels.
  ///
  /// - Parameters:
  ///   - folder: Holds `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  ///     `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each as it is or with `.gz`; such
  ///     as `ImageCollection.fashionMNIST.defaultFolder`.
  ///   - limits: How many images to keep.
  /// - Throws: `FileAccessError`, `DatasetError`.
  public static func fashionMNIST(
    in folder: String, limits: ImageLimits = .none
  ) throws -> ImageDataset {
    let collection = ImageCollection.fashionMNIST
    let folder = try DatasetFolder(folder, of: collection)
    return ImageDataset(
      name: collection.rawValue, classNames: collection.classNames,
      training: try folder.images(of: "train", keeping: limits.training),
      validation: try folder.images(of: "t10k", keeping: limits.validation))
  }
}

extension DatasetFolder {
  fileprivate func images(of split: String, keeping limit: Int?) throws -> LabeledImages {
    let imageName = "\(split)-images-idx3-ubyte"
    let labelName = "\(split)-labels-idx1-ubyte"
    let imagePath = try file(imageName, imageName + ".gz")
    let labelPath = try file(labelName, labelName + ".gz")

    // The small file first: it may say that the large one is not worth reading.
    let labels = try IDXFile(path: labelPath, itemShape: [], keeping: limit)
    if let record = labels.bytes.firstIndex(where: { $0 >= collection.classNames.count }) {
      throw DatasetError.labelTooLarge(
        path: labelPath, record: record, offset: labels.dataOffset + record,
        label: labels.bytes[record], classCount: collection.classNames.count)
    }
    let stored = ImageShape(channels: 1, height: 28, width: 28)
    let images = try IDXFile(
      path: imagePath, itemShape: [stored.height, stored.width], keeping: limit)
    guard images.count == labels.count else {
      throw DatasetError.countsDisagree(
        images: imagePath, imageCount: images.count, labels: labelPath, labelCount: labels.count)
    }
    return LabeledImages(
      storedShape: stored, shape: .network, pixels: images.bytes, labels: labels.bytes)
  }
}
