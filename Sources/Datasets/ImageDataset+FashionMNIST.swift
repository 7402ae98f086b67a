extension ImageDataset {
  /// Loads Fashion-MNIST, or another set in MNIST's form: IDX files, plain or `.gz`.
  ///
  /// Images of 28x28 grey values are to be padded to 32x32 and repeated to three channels.
  ///
  /// - Parameters:
  ///   - folder: Holds `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  ///     `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each as it is or with `.gz`, also
  ///     with other separators as in `train-images.idx3-ubyte`, or one folder below that does; such
  ///     as `ImageCollection.fashionMNIST.defaultFolder`.
  ///   - limits: How many images to keep.
  /// - Throws: `FileAccessError`, `DatasetError`.
  public static func fashionMNIST(
    in folder: String, limits: ImageLimits = .none
  ) throws -> ImageDataset {
    let collection = ImageCollection.fashionMNIST
    let folder = try DatasetFolder(
      folder, of: collection, isPart: { IDXName($0) != nil },
      isWhole: { Set($0.compactMap { IDXName($0) }).count == IDXName.allCases.count })
    let trainingLabels = try folder.fileName(of: .trainingLabels)
    let trainingImages = try folder.fileName(of: .trainingImages)
    let validationLabels = try folder.fileName(of: .validationLabels)
    let validationImages = try folder.fileName(of: .validationImages)
    return ImageDataset(
      name: collection.rawValue, classNames: collection.classNames,
      training: try images(
        in: folder.path(trainingImages), labels: folder.path(trainingLabels),
        keeping: limits.training),
      validation: try images(
        in: folder.path(validationImages), labels: folder.path(validationLabels),
        keeping: limits.validation),
      files: [trainingImages, trainingLabels, validationImages, validationLabels].compactMap {
        folder.files[$0]
      },
      remarks: folder.remarks)
  }

  private static func images(
    in imagePath: String, labels labelPath: String, keeping limit: Int?
  ) throws -> LabeledImages {
    // The small file first: it may say that the large one is not worth reading.
    let labels = try IDXFile(path: labelPath, itemShape: [], keeping: limit)
    let classCount = ImageCollection.fashionMNIST.classNames.count
    if let record = labels.bytes.firstIndex(where: { $0 >= classCount }) {
      throw DatasetError.labelTooLarge(
        path: labelPath, record: record, offset: labels.dataOffset + record,
        label: labels.bytes[record], classCount: classCount)
    }
    let stored = ImageShape(channels: 1, height: 28, width: 28)
    let images = try IDXFile(
      path: imagePath, itemShape: [stored.height, stored.width], keeping: limit
    ) { count in
      guard count == labels.count else {
        throw DatasetError.countsDisagree(
          images: imagePath, imageCount: count, labels: labelPath, labelCount: labels.count)
      }
    }
    return LabeledImages(
      storedShape: stored, shape: .network, pixels: images.bytes, labels: labels.bytes)
  }
}

/// The four files of a set in MNIST's form, by their usual names.
private enum IDXName: String, CaseIterable {
  case trainingImages = "train-images-idx3-ubyte"
  case trainingLabels = "train-labels-idx1-ubyte"
  case validationImages = "t10k-images-idx3-ubyte"
  case validationLabels = "t10k-labels-idx1-ubyte"

  /// Which file it is, by a name that may have other separators, capitals and `.gz`.
  init?(_ fileName: String) {
    var name = fileName.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    self.init(rawValue: String(name.map { "._ ".contains($0) ? "-" : $0 }))
  }
}

extension DatasetFolder {
  /// The name of the file that is used: the usual one first, and the unpacked one first.
  fileprivate func fileName(of file: IDXName) throws -> String {
    let usual = [file.rawValue, file.rawValue + ".gz"]
    if let name = usual.first(where: { files[$0] != nil }) { return name }
    let found = files.keys.filter { IDXName($0) == file }.sorted()
    guard let first = found.first else { throw missing(usual[0], usual[1]) }
    guard found.count == 1 || found == [first, first + ".gz"] else {
      throw DatasetError.ambiguousFiles(folder: path, names: found)
    }
    return first
  }
}
