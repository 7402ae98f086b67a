/// The ten classes of generated pictures, in the order of their labels.
enum Shape: String, CaseIterable {
  case disc, ring, square, frame, triangle, diamond, plus, cross, rows, columns

  /// Whether the shape, drawn in -1 ... 1 both to the right and down, covers a point.
  func covers(_ right: Double, _ down: Double) -> Bool {
    let across = abs(right)
    let along = abs(down)
    let distance = right * right + down * down
    switch self {
    case .disc:
      return distance <= 1
    case .ring:
      return (0.3...1).contains(distance)
    case .square:
      return max(across, along) <= 0.85
    case .frame:
      return (0.5...0.85).contains(max(across, along))
    case .triangle:
      return down <= 0.8 && across <= (down + 0.9) * 0.55
    case .diamond:
      return across + along <= 1
    case .plus:
      return min(across, along) <= 0.25 && max(across, along) <= 1
    case .cross:
      // A plus turned by 45 degrees; both sides of its conditions are multiplied by √2.
      let first = abs(right + down)
      let second = abs(right - down)
      return min(first, second) <= 0.35 && max(first, second) <= 1.41
    case .rows:
      return across <= 0.9 && Self.isOnStripe(along)
    case .columns:
      return along <= 0.9 && Self.isOnStripe(across)
    }
  }

  /// Three stripes: one over the centre, one to each side.
  private static func isOnStripe(_ distance: Double) -> Bool {
    distance <= 0.2 || (0.55...0.9).contains(distance)
  }
}
