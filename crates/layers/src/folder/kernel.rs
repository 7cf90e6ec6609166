//! File systems that show the kernel's state.

use std::path::Path;

/// Whether a mounted file system has no files but shows the kernel's state: reading some of these
/// never ends.
#[cfg(target_os = "linux")]
pub(super) fn is_of_the_kernel(path: &Path) -> bool {
    // From linux/magic.h: proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, devpts,
    // mqueue, pstore, bpf, configfs, fusectl, binfmt_misc, efivarfs, selinuxfs.
    const KINDS: [u64; 16] = [
        0x9fa0,
        0x6265_6572,
        0x0027_e0eb,
        0x6367_7270,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0x1cd1,
        0x1980_0202,
        0x6165_676c,
        0xcafe_4a11,
        0x6265_6570,
        0x6573_5543,
        0x4249_4e4d,
        0xde5e_81e4,
        0xf97c_ff8c,
    ];
    rustix::fs::statfs(path).is_ok_and(|stat| KINDS.contains(&(stat.f_type as u64)))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_of_the_kernel(_: &Path) -> bool {
    false
}
