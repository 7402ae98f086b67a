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

/// What stands below `Recording` and the recipes. Every target names all modules whose types reach it, also
/// those that it does not import: a build looks at a target again when a module changes that it names.
let engine: [Target.Dependency] = ["Training", "Datasets", "NeuralNet", "Randomness"]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let argumentParser: Target.Dependency =
  .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
/// The part of Hummingbird that serves, and what reaches through it; its router and coders are not needed.
let hummingbird: [Target.Dependency] = [
  .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  logging,
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]
let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "tracker",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tracker", targets: ["tracker"]),
    .executable(name: "benchmarks", targets: ["benchmarks"]),
    .library(name: "RunStore", targets: ["RunStore"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .executableTarget(
      name: "tracker",
      dependencies: [
        "CLinux", "Launcher", "Recipes", "Reporting", "Recording", "Provenance", "RunStore",
        "Server", argumentParser, logging, subprocess,
      ] + engine),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Reporting", "Recording", "Provenance", "RunStore", argumentParser, sqlite, subprocess,
      ] + engine,
      resources: [.embedInCode("python_logging.py"), .embedInCode("pytorch_training.py")]),
    .target(name: "Recipes", dependencies: ["Recording", "Provenance", "RunStore"] + engine),
    .target(name: "Reporting", dependencies: ["RunStore", "Randomness", subprocess, real]),
    .target(name: "Recording", dependencies: ["RunStore"] + engine),
    .target(name: "Provenance", dependencies: ["CProcessor", "RunStore", subprocess]),
    .target(name: "Server", dependencies: ["RunStore", grdb] + hummingbird),
    .target(
      name: "Launcher", dependencies: ["CLinux", "Server", "Provenance", "RunStore", logging]),
    .target(name: "Training", dependencies: ["Datasets", "NeuralNet", "Randomness"]),
    .target(
      name: "RunStore", dependencies: ["CCrypto", "CSQLite", grdb, sqlite],
      resources: [.embedInCode("SQL")]),
    .target(
      name: "Datasets", dependencies: ["CXXHash", "CZlib", "Randomness"],
      swiftSettings: datasetSettings),
    .target(
      name: "NeuralNet", dependencies: ["CProcessor", "Randomness", real],
      swiftSettings: engineSettings),
    .target(name: "Randomness"),
    .target(name: "CProcessor"),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
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
      name: "TrainingTests", dependencies: ["TestSupport"] + engine,
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "RecordingTests", dependencies: ["Recording", "RunStore", "TestSupport"] + engine),
    .testTarget(
      name: "ProvenanceTests",
      dependencies: ["Provenance", "RunStore", "TestSupport", subprocess]),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Reporting", "RunStore", "Randomness", "TestSupport", subprocess],
      exclude: ["Golden"], resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "Server", "RunStore", "Randomness", "TestSupport", logging, subprocess,
      ], exclude: ["Python"]),
    .testTarget(
      name: "LauncherTests",
      dependencies: ["Launcher", "Provenance", "RunStore", "Server", "TestSupport"]),
    .testTarget(
      name: "RecipesTests",
      dependencies: ["Recipes", "Recording", "Provenance", "RunStore", "TestSupport"] + engine,
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "trackerTests",
      dependencies: [
        "tracker", "Launcher", "Recipes", "Reporting", "Recording", "Provenance", "RunStore",
        "TestSupport",
        argumentParser, subprocess,
      ] + engine),
  ]
)

/// Feeds random files to the readers; see its source. libFuzzer brings its `main`: without that it is
/// compiled with the tests, and never linked.
let fuzzReaders = "fuzz-readers"
package.targets.append(
  Context.environment["TRACKER_FUZZING"] == nil
    ? .target(
      name: fuzzReaders, dependencies: ["Datasets", "RunStore", "Training"], path: "Tests/Fuzzing")
    : .executableTarget(
      name: fuzzReaders, dependencies: ["Datasets", "RunStore", "Training"], path: "Tests/Fuzzing",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
