import ClusterModel
import JSONTree

/// From JSON text to objects, as the store's client reads lists and events.
enum ClusterDecoding {
    /// The objects of a list.
    static func list<Object: APIObject>(_ text: [UInt8], of type: Object.Type) throws -> [Object] {
        (try JSONValue(parsing: text)["items"]?.arrayValue ?? []).map { Object(unchecked: $0) }
    }

    /// One object.
    static func object<Object: APIObject>(_ text: String, as type: Object.Type) throws -> Object {
        Object(unchecked: try JSONValue(parsing: text))
    }
}
