/// Something that is not as it should be in a file.
public struct Finding: Sendable, Hashable {
  /// What kind of fault it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// SQLite finds broken pages.
    case page
    /// SQLite finds an index that does not fit its table.
    case index
    /// A table is missing, or is not as this version makes it.
    case table
    /// An index, view or trigger is missing, or is not as this version makes it.
    case schema
    /// A trigger of others runs when something is written, or their unique index decides what may be.
    case foreignTrigger = "foreign_trigger"
    /// A table, view or index of others stands beside ours.
    case foreignObject = "foreign_object"
    /// A table of others refers to one of ours by what is no key, so that rows cannot be changed.
    case foreignKey = "foreign_key"
    /// Rows point to a row that is not there.
    case danglingRows = "dangling_rows"
    /// The summary of a metric differs from its points.
    case summary
    /// The JSON of a row is not the list that the column holds.
    case malformedRow = "malformed_row"
    /// A tensor has not as many bytes as its shape asks for.
    case tensor
    /// The counter of changes is missing, is no number, is behind the changes of runs, or counts no more.
    case counter
    /// The count of a histogram is not the sum of its bins.
    case histogram
    /// The content of a blob does not have the blob's hash.
    case blobContent = "blob_content"
    /// Nothing uses the blob.
    case unusedBlob = "unused_blob"
    /// Chunks of content belong to no blob: the program that stored them was killed.
    case unnamedChunks = "unnamed_chunks"
    /// A run says that it is running, but its process has died.
    case staleRun = "stale_run"
    /// A run promises signs of life so rarely that nobody would ever find it dead, or promises none and had
    /// its last one in the future.
    case signsOfLife = "signs_of_life"
    /// A parameter is bytes, which older files took.
    case bytesParameter = "bytes_parameter"
    /// A time lies in 1970: seconds were stored as milliseconds.
    case earlyTime = "early_time"
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// What is wrong, naming the place.
  public let message: String

  /// Whether `repair` can mend it. What is lost is lost: pages, tables and blobs come back from a
  /// backup only.
  public var isRepairable: Bool {
    switch kind {
    case .page, .table, .malformedRow, .tensor, .blobContent, .foreignObject, .foreignKey,
      .bytesParameter,
      .earlyTime:
      false
    case .index, .schema, .foreignTrigger, .danglingRows, .summary, .histogram, .counter,
      .unusedBlob, .unnamedChunks, .staleRun, .signsOfLife:
      true
    }
  }
}
