public import ClusterModel
import Foundation
import JSONTree

/// Where a list that was cut off by its limit goes on, opaque to clients.
public struct ContinueToken: Hashable, Sendable {
    /// The revision at which the list began; nil to go on at the present one, without consistency.
    public let revision: Revision?
    /// The last object that was listed.
    public let last: ObjectKey

    /// Makes a token.
    public init(revision: Revision?, last: ObjectKey) {
        self.revision = revision
        self.last = last
    }

    /// Reads a token.
    /// - Returns: nil when it is none of ours.
    public init?(_ text: String) {
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard), let json = try? JSONValue(parsing: [UInt8](data)),
            json["v"]?.stringValue == "meta.k8s.io/v1", let revision = json["rv"]?.intValue,
            let start = json["start"]?.stringValue, start.hasSuffix("\0")
        else { return nil }
        let parts = start.dropLast().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(
            revision: revision < 0 ? nil : Revision(revision),
            last: ObjectKey(namespace: String(parts[0]), name: String(parts[1]))
        )
    }

    /// The token as text: base64url of a small JSON object, in the form of the API server's.
    public var text: String {
        let json: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .integer(revision ?? -1),
            "start": .string("\(last.namespace)/\(last.name)\0"),
        ]
        let standard = Data(json.bytes()).base64EncodedString()
        return standard.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
