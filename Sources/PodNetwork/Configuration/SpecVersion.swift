/// A version of the CNI specification that this plugin speaks.
public enum SpecVersion: String, CaseIterable, Hashable, Sendable {
    /// 0.1.0: results have `ip4` and `ip6`; what a configuration without a version means.
    case v0_1_0 = "0.1.0"
    /// 0.2.0: as 0.1.0, with VERSION.
    case v0_2_0 = "0.2.0"
    /// 0.3.0: results have `interfaces` and lists of addresses with their family.
    case v0_3_0 = "0.3.0"
    /// 0.3.1: as 0.3.0.
    case v0_3_1 = "0.3.1"
    /// 0.4.0: adds CHECK.
    case v0_4_0 = "0.4.0"
    /// 1.0.0: addresses without their family.
    case v1_0_0 = "1.0.0"
    /// 1.1.0: adds GC and STATUS, the MTU of interfaces and more of routes.
    case v1_1_0 = "1.1.0"

    /// The newest; what errors are written in before the configuration's version is known.
    public static let newest = SpecVersion.v1_1_0

    /// All of them as messages and VERSION list them.
    static let supported = allCases.map(\.rawValue)
}

extension SpecVersion: Comparable {
    /// Which is the older.
    public static func < (left: SpecVersion, right: SpecVersion) -> Bool {
        // The texts have one digit in each place, so their order is the versions' order.
        left.rawValue < right.rawValue
    }
}
