/// Why a node's pods can't be reached.
public struct NodeRouteProblem: Hashable, Sendable, CustomStringConvertible {
    /// What kind of problem it is; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Value: String {
            case invalidPodCIDR, missingAddress, invalidAddress, overlap, missingAnnotation, invalidAnnotation
            case duplicateMAC, duplicateAddress, missingNode
        }

        let value: Value

        /// The pod range is no prefix, or covers everything.
        public static let invalidPodCIDR = Code(value: .invalidPodCIDR)
        /// There is a pod range, but no InternalIP of its family.
        public static let missingAddress = Code(value: .missingAddress)
        /// The address by which the node is reached can't be one.
        public static let invalidAddress = Code(value: .invalidAddress)
        /// The pod range overlaps another node's.
        public static let overlap = Code(value: .overlap)
        /// There is a pod range, but no annotation that says how to reach it.
        public static let missingAnnotation = Code(value: .missingAnnotation)
        /// An annotation is not what it should be.
        public static let invalidAnnotation = Code(value: .invalidAnnotation)
        /// Another node has the same tunnel MAC address.
        public static let duplicateMAC = Code(value: .duplicateMAC)
        /// Another node is reached by the same address.
        public static let duplicateAddress = Code(value: .duplicateAddress)
        /// There is no Node of this node's name, or it has no pod range yet.
        public static let missingNode = Code(value: .missingNode)

        /// The code's name.
        public var description: String { value.rawValue }
    }

    /// The kind of problem.
    public let code: Code
    /// The node's name.
    public let node: String
    /// What is wrong and what to do.
    public let text: String

    init(_ code: Code, _ node: String, _ text: String) {
        self.code = code
        self.node = node
        self.text = text
    }

    /// "node b: its pod CIDR ...".
    public var description: String { "node \(node): \(text)" }
}
