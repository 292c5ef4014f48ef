/// The version of Kubernetes whose API, proxy and metrics ours are; clients and dashboards ask for it.
public enum KubernetesVersion {
    /// "1".
    public static let major = "1"
    /// "36".
    public static let minor = "36"
    /// As `gitVersion` of /version and `git_version` of kubernetes_build_info.
    public static let full = "v\(major).\(minor).0+weft"
}
