public import LinuxSystem
import Synchronization

/// A fresh network namespace for one test.
public struct TestNamespace: Sendable {
    /// Its name below /run/netns: "weft-<test>-<number>", so that what a killed test leaves behind is known as ours.
    public let name: String
    /// Its handle.
    public let namespace: NetworkNamespace

    /// Runs a closure inside, on the calling thread, which is taken back afterwards.
    ///
    /// Swift Testing knows by the task's local values which test an issue belongs to, and a thread of our own has none:
    /// the issue would count for no test. The closure can't suspend, so nothing else runs on this thread meanwhile.
    /// Programs use `withNetworkNamespace(_:_:)` instead.
    ///
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws, or why the namespace can't be entered.
    public func run<Result>(_ body: () throws -> Result) throws -> Result {
        let before = try NetworkNamespace.current()
        try namespace.enterForever()
        defer {
            do {
                try before.enterForever()
            } catch {
                preconditionFailure("this thread can't leave \(name): \(error)")
            }
        }
        return try body()
    }

    /// Runs a tool inside; see `Witness`.
    ///
    /// - Returns: its output.
    /// - Throws: with its messages when it fails.
    @discardableResult
    public func witness(_ tool: String, _ arguments: String...) throws -> String {
        try Witness.run(tool, arguments, in: namespace)
    }

    /// Makes one.
    ///
    /// It stays until `remove()`.
    static func make(_ label: String, loopback: Bool) throws -> TestNamespace {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        let name = "weft-\(label.prefix(40))-\(processID)-\(number)"
        let made = TestNamespace(name: name, namespace: try .create(named: name))
        do {
            if loopback { try made.run { try Loopback.raise() } }
        } catch {
            made.remove()
            throw error
        }
        return made
    }

    func remove() {
        // Already gone is as good; anything else would hide what the test itself says.
        try? NetworkNamespace.remove(named: name)
    }

    private static let counter = Mutex(0)
}

/// Runs a test in a fresh network namespace and removes the namespace also after a failure.
///
/// - Parameters:
///   - label: part of the namespace's name: the test's name.
///   - loopback: whether `lo` is up.
///   - body: the test; what it opens is opened inside.
/// - Returns: what the body returns.
/// - Throws: what the body throws, or why there is no namespace to be had.
@discardableResult
public func withTestNamespace<Result>(
    _ label: String = #function,
    loopback: Bool = true,
    _ body: (TestNamespace) throws -> Result
) throws -> Result {
    try withTestNamespaces(1, label, loopback: loopback) { namespaces in
        try namespaces[0].run { try body(namespaces[0]) }
    }
}

/// Runs a test with several fresh network namespaces; the body itself stays outside of them.
///
/// - Parameters:
///   - count: how many.
///   - label: part of their names: the test's name.
///   - loopback: whether `lo` is up in them.
///   - body: the test; it enters one with `run(_:)`.
/// - Returns: what the body returns.
/// - Throws: what the body throws, or why there is no namespace to be had.
@discardableResult
public func withTestNamespaces<Result>(
    _ count: Int,
    _ label: String = #function,
    loopback: Bool = true,
    _ body: ([TestNamespace]) throws -> Result
) throws -> Result {
    let label = String(label.prefix { $0 != "(" })
    var namespaces: [TestNamespace] = []
    defer { for namespace in namespaces { namespace.remove() } }
    for _ in 0..<count { namespaces.append(try .make(label, loopback: loopback)) }
    return try body(namespaces)
}

/// Runs a test that suspends with several fresh network namespaces; as `withTestNamespaces(_:_:loopback:_:)`.
///
/// A test that waits for something on Swift's pool must suspend: the pool has as many threads as the machine has
/// processors, and a few blocked tests take them all.
///
/// - Parameters:
///   - count: how many.
///   - label: part of their names: the test's name.
///   - loopback: whether `lo` is up in them.
///   - body: the test.
/// - Returns: what the body returns.
/// - Throws: what the body throws, or why there is no namespace to be had.
@discardableResult
public func withSuspendingTestNamespaces<Result>(
    _ count: Int,
    _ label: String = #function,
    loopback: Bool = true,
    _ body: ([TestNamespace]) async throws -> Result
) async throws -> Result {
    let label = String(label.prefix { $0 != "(" })
    var namespaces: [TestNamespace] = []
    defer { for namespace in namespaces { namespace.remove() } }
    for _ in 0..<count { namespaces.append(try .make(label, loopback: loopback)) }
    return try await body(namespaces)
}
