public import LinuxSystem
public import Netlink

/// A connection to the kernel's nf_tables, in the network namespace in which it was opened.
public struct NFTablesConnection: ~Copyable, Sendable, NFTablesCommitting {
    private var socket: NetlinkSocket

    /// Opens a connection in the calling thread's network namespace.
    ///
    /// - Throws: ``NFTablesError`` with the code `.socket`, or `.unsupported` on a kernel without netfilter's netlink.
    public init() throws(NFTablesError) {
        do throws(NetlinkError) {
            socket = try NetlinkSocket.open(.netfilter)
        } catch {
            throw NFTablesError(opening: error)
        }
    }

    /// Opens a connection in another network namespace.
    ///
    /// - Throws: ``NFTablesError`` with the code `.socket`; also if the namespace can't be entered.
    public init(in namespace: NetworkNamespace) throws(NFTablesError) {
        do throws(NetlinkError) {
            socket = try NetlinkSocket.open(.netfilter, in: namespace)
        } catch {
            throw NFTablesError(opening: error)
        }
    }

    /// Talks over a socket that is there, such as one whose other end is a test.
    public init(socket: consuming NetlinkSocket) { self.socket = socket }

    /// Makes all changes of a transaction together, or none.
    ///
    /// - Throws: ``NFTablesError`` with the operation and object at fault.
    public mutating func commit(_ transaction: Transaction) throws(NFTablesError) {
        try commit(transaction, ifGeneration: nil)
    }

    /// Makes all changes of a transaction together, if the rules have not changed since a generation.
    ///
    /// - Parameters:
    ///   - transaction: the changes.
    ///   - generation: the number that ``generation()`` gave before the rules were read; nil for any.
    /// - Throws: ``NFTablesError`` with the operation and object at fault; `.generationChanged` if somebody was faster.
    public mutating func commit(_ transaction: Transaction, ifGeneration generation: UInt32?) throws(NFTablesError) {
        guard !transaction.isEmpty else { return }
        try commit(transaction.encoded(generation: generation, firstSequence: socket.nextSequence), of: transaction)
    }

    /// Sends what ``Transaction/encoded(generation:firstSequence:)`` gave for the socket's next sequence number.
    ///
    /// - Throws: ``NFTablesError`` with the operation and object at fault.
    public mutating func commit(
        _ encoded: consuming EncodedTransaction,
        of transaction: Transaction
    ) throws(NFTablesError) {
        let (origins, first) = (encoded.origins, encoded.builder.firstSequence)
        let outcome: BatchOutcome
        do throws(NetlinkError) {
            outcome = try socket.batch(encoded.builder)
        } catch {
            throw NFTablesError(sending: error)
        }
        guard let failure = outcome.failures.first else { return }
        // The batch's begin has the first number and no operation.
        let place = failure.sequence.map { Int($0 &- first) - 1 } ?? -1
        let origin = origins.indices.contains(place) ? origins[place] : nil
        throw NFTablesError(failure, origin, of: transaction)
    }

    /// Whether the kernel answers a question instead of saying that there is no such thing.
    ///
    /// Without the subsystem of the question it is EINVAL or EOPNOTSUPP, for what the subsystem does not have ENOENT.
    mutating func isAnswered(_ request: NetlinkRequest) throws(NFTablesError) -> Bool {
        do throws(NetlinkError) {
            _ = try socket.request(request)
            return true
        } catch {
            let absences: [Errno] = [
                .noSuchFileOrDirectory, .invalidArgument, .notSupported, .protocolNotSupported,
            ]
            if let errno = error.errno, absences.contains(errno) { return false }
            throw NFTablesError(sending: error)
        }
    }

    /// The sequence number with which the next transaction is encoded, for ``commit(_:of:)``.
    public var nextSequence: UInt32 { socket.nextSequence }

    /// The rules' generation, which every committed transaction of anybody raises.
    ///
    /// - Throws: ``NFTablesError``.
    public mutating func generation() throws(NFTablesError) -> Generation {
        do throws(NetlinkError) {
            let request = NetlinkRequest(
                MessageKind.getGeneration,
                operation: "get generation",
                object: "of nf_tables"
            ) { writer in writer.netfilterHeader(family: 0) }
            guard let reply = try socket.request(request).first else {
                throw NetlinkError(.malformed, operation: "get generation", text: "the kernel said nothing")
            }
            return try Generation(reply)
        } catch {
            throw NFTablesError(sending: error)
        }
    }

    /// Makes a dump request.
    mutating func dump(_ request: NetlinkRequest) throws(NetlinkError) -> [NetlinkMessage] { try socket.dump(request) }
}
