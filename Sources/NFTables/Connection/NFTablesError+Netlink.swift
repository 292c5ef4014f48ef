import LinuxSystem
import Netlink

extension NFTablesError {
    /// The socket could not be had.
    init(opening error: NetlinkError) {
        self.init(
            error.errno.map(Code.init) == .unsupported ? .unsupported : .socket,
            errno: error.errno,
            operation: error.operation,
            object: error.object,
            text: error.text
        )
    }

    /// The batch could not be sent, or its answer is lost.
    init(sending error: NetlinkError) {
        let code: Code
        switch error.code {
        case .overrun: code = .overrun
        // A list that somebody changed each time while it was read.
        case .interrupted: code = .generationChanged
        case .timeout, .malformed, .truncated: code = .outcomeUnknown
        case .tooLarge: code = .invalid
        case .kernel: code = error.errno.map(Code.init) ?? .kernel
        default: code = error.errno.map(Code.init) == .overrun ? .overrun : .socket
        }
        self.init(
            code,
            errno: error.errno,
            operation: error.operation,
            object: error.object,
            text: error.text
        )
    }

    /// The kernel refused a message of a batch.
    init(_ failure: NetlinkError, _ origin: EncodedTransaction.Origin?, of transaction: Transaction) {
        let errno = failure.errno ?? Errno(rawValue: 0)
        guard let origin, transaction.operations.indices.contains(origin.operation) else {
            // Under the batch's own number the kernel answers for all of it: no right, an old generation, no memory.
            self.init(errno: errno, operation: "commit", object: "transaction", text: failure.text)
            return
        }
        let operation = transaction.operations[origin.operation]
        self.init(
            errno: errno,
            operation: "\(operation.verb) \(operation.objectWord)",
            object: operation.objectName + Self.elementText(operation, failure, origin),
            text: failure.text,
            operationIndex: origin.operation
        )
    }

    /// The element at fault in braces, if the kernel said in which of them the fault is.
    private static func elementText(
        _ operation: Operation,
        _ failure: NetlinkError,
        _ origin: EncodedTransaction.Origin
    ) -> String {
        guard case .elements(let elements, let set) = operation.object, let offset = failure.attributeOffset
        else { return "" }
        let isKeyOnly = operation.verb != .add && operation.verb != .create
        let encoder = ElementEncoder(set, setID: nil, isKeyOnly: isKeyOnly)
        var end = origin.elementsOffset
        guard offset >= end else { return "" }
        for element in elements.dropFirst(origin.firstElement) {
            end += encoder.size(of: element)
            if offset < end { return " { \(element.keyText(set.key)) }" }
        }
        return ""
    }
}
