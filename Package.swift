// swift-tools-version: 6.2
import PackageDescription

/// The instruction set that the engine is compiled for: `native` is this machine's, `x86-64-v3`
/// is AVX2, `x86-64` runs on any 64-bit PC. Set the environment variable `TRACKER_MARCH` to change it.
let march = Context.environment["TRACKER_MARCH"] ?? "native"

#if arch(x86_64)
  let marchFlags = ["-Xcc", "-march=\(march)"]
#else
  let marchFlags: [String] = []
#endif

/// The engine is hopeless without optimisation, so that debug builds and `swift test` have it too.
let engineSettings: [SwiftSetting] = [
  .unsafeFlags(["-Ounchecked", "-disable-batch-mode", "-wmo", "-num-threads", "1"] + marchFlags)
]

/// Reading tens of megabytes byte by byte takes seconds without optimisation; checks stay on.
let datasetSettings: [SwiftSetting] = [.unsafeFlags(["-O"])]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let argumentParser: Target.Dependency =
  .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "tracker",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tracker", targets: ["tracker"]),
    .executable(name: "benchmarks", targets: ["benchmarks"]),
    .library(name: "RunStore", targets: ["RunStore"]),
    .library(name: "Recording", targets: ["Recording"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    .executableTarget(
      name: "tracker",
      dependencies: [
        "Recipes", "Reporting", "Recording", "Training", "RunStore", "Datasets", "NeuralNet",
        "Randomness", argumentParser, subprocess,
      ]),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Reporting", "Recording", "Training", "RunStore", "Datasets", "NeuralNet", "Randomness",
        argumentParser, sqlite, subprocess,
      ]),
    .target(
      name: "Recipes",
      dependencies: ["Recording", "Training", "RunStore", "Datasets", "NeuralNet", "Randomness"]),
    .target(name: "Reporting", dependencies: ["RunStore", "Randomness", subprocess, real]),
    .target(
      name: "Recording", dependencies: ["Training", "RunStore", "NeuralNet", subprocess]),
    .target(name: "Training", dependencies: ["Datasets", "NeuralNet", "Randomness"]),
    .target(
      name: "RunStore", dependencies: [grdb, sqlite], resources: [.embedInCode("SQL")]),
    .target(
      name: "Datasets", dependencies: ["CZlib", "Randomness"], swiftSettings: datasetSettings),
    .target(
      name: "NeuralNet", dependencies: ["CProcessor", "Randomness", real],
      swiftSettings: engineSettings),
    .target(name: "Randomness"),
    .target(name: "CProcessor"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

    .target(name: "TestSupport", dependencies: [sqlite], path: "Tests/TestSupport"),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness", "TestSupport"]),
    .testTarget(name: "NeuralNetTests", dependencies: ["NeuralNet", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "CZlib", "Randomness", "TestSupport"]),
    .testTarget(
      name: "RunStoreTests", dependencies: ["RunStore", "Randomness", "TestSupport", grdb],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "Randomness", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "RecordingTests",
      dependencies: [
        "Recording", "Training", "NeuralNet", "Randomness", "RunStore", "TestSupport", subprocess,
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Reporting", "RunStore", "Randomness", "TestSupport", subprocess],
      exclude: ["Golden"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "RecipesTests",
      dependencies: [
        "Recipes", "Recording", "RunStore", "NeuralNet", "Datasets", "Randomness", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "trackerTests",
      dependencies: [
        "tracker", "Training", "RunStore", "Randomness", "TestSupport", argumentParser, subprocess,
      ]),
  ]
)

/// Feeds random files to the readers; see its source. It has no `main` unless libFuzzer brings one.
if Context.environment["TRACKER_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz-readers", dependencies: ["Datasets", "RunStore", "Training"],
      path: "Tests/Fuzzing",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
