import ClusterModel
import JSONTree
import LinuxSystem
import Logging
import Synchronization

@testable import ControlStore

/// A store in a directory of its own, gone when the body ends.
func withStore<Result: Sendable>(
    isRunning: Bool = false,
    configure: (inout StoreConfiguration) -> Void = { _ in },
    _ body: (ObjectStore) async throws -> Result
) async throws -> Result {
    try await withDirectory { directory in
        let store = try await openStore(at: directory, configure: configure)
        let loop = isRunning ? Task { await store.run() } : nil
        do {
            let result = try await body(store)
            loop?.cancel()
            try await store.close()
            return result
        } catch {
            loop?.cancel()
            try? await store.close()
            throw error
        }
    }
}

func openStore(
    at directory: String,
    configure: (inout StoreConfiguration) -> Void = { _ in }
) async throws -> ObjectStore {
    var configuration = StoreConfiguration(ranges: try ClusterRanges(services: "10.96.0.0/16", pods: "10.244.0.0/16"))
    configure(&configuration)
    return try await ObjectStore.open(
        storage: try SQLiteStorage(path: "\(directory)/store.sqlite"),
        configuration: configuration,
        logger: .silent
    )
}

func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = try File.createTemporaryDirectory(prefix: "weft-store-test")
    do {
        let result = try await body(directory)
        try File.removeTree(directory)
        return result
    } catch {
        try? File.removeTree(directory)
        throw error
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension ObjectStore {
    /// Creates an object with a name and a spec.
    @discardableResult
    func make(
        _ kind: ResourceKind,
        _ name: String,
        in namespace: String = "default",
        labels: [String: String] = [:],
        _ members: JSONValue = [:]
    ) async throws -> StoredObject {
        var json: JSONValue = ["metadata": ["name": .string(name)]]
        if !labels.isEmpty { json[path: "metadata", "labels"] = .object(Labels(labels).object) }
        for (key, value) in members.objectValue ?? [:] { json[key] = value }
        return try await create(kind, namespace: kind.isNamespaced ? namespace : nil, json).object
    }

    /// Applies a merge patch.
    @discardableResult
    func merge(
        _ kind: ResourceKind,
        _ name: String,
        part: ObjectPart = .main,
        _ patch: JSONValue
    ) async throws -> StoredObject {
        let key = ObjectKey(namespace: kind.isNamespaced ? "default" : "", name: name)
        let patch = ObjectPatch(form: .merge, body: patch, served: kind.groupVersion)
        return try await self.patch(kind, key, patch, part: part).object
    }
}

/// An object as a cache holds it.
func stored(_ name: String, in namespace: String = "default", labels: [String: String] = [:], at revision: Revision)
    -> StoredObject
{
    let json: JSONValue = [
        "metadata": [
            "name": .string(name), "namespace": .string(namespace), "uid": .string("uid-\(name)"),
            "labels": .object(Labels(labels).object),
        ]
    ]
    return StoredObject(.pod, json: json, value: ObjectText.value(of: json, kind: .pod), revision: revision)
}

/// The code of the error that a body throws; nil when it throws none.
func errorCode(_ body: () async throws -> Void) async -> StoreError.Code? {
    do {
        try await body()
        return nil
    } catch let error as StoreError {
        return error.code
    } catch {
        return nil
    }
}

/// Waits until something holds, for a time that only a fault exhausts.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return false
}
