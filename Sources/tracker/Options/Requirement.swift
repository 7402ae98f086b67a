import ArgumentParser
import Recipes

/// Refuses options that make no sense, as wrong usage.
func require(_ condition: Bool, _ message: String) throws {
  guard condition else { throw ValidationError(message) }
}

/// Refuses as wrong usage what a recipe refuses.
func requireValid(_ validate: () throws -> Void) throws {
  do {
    try validate()
  } catch let error as InvalidOption {
    throw ValidationError(error.message)
  }
}
