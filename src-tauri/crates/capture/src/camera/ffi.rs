//! Controls of a Video4Linux device. The v4l crate unwraps types of controls it does not know, of
//! which newer drivers have many; these calls ask for plain controls only.

use std::io;

use v4l::Device;
use v4l::v4l_sys::{
    V4L2_CTRL_FLAG_DISABLED, V4L2_CTRL_FLAG_INACTIVE, V4L2_CTRL_FLAG_NEXT_CTRL,
    V4L2_CTRL_FLAG_READ_ONLY, v4l2_control, v4l2_queryctrl, v4l2_querymenu,
};
use v4l::v4l2::{ioctl, vidioc};

/// A control as the driver describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Described {
    pub id: u32,
    /// `V4L2_CTRL_TYPE_…`: 1 integer, 2 boolean, 3 menu, 9 menu of integers.
    pub kind: u32,
    pub name: String,
    pub minimum: i32,
    pub maximum: i32,
    pub step: i32,
    pub default: i32,
    /// Another control (an automatic one) has it at present.
    pub inactive: bool,
}

/// Every plain control that can be set, in the driver's order.
pub(crate) fn controls(device: &Device) -> Vec<Described> {
    let mut found = Vec::new();
    // SAFETY: an all-zero query is a valid value of this plain C struct.
    let mut query: v4l2_queryctrl = unsafe { std::mem::zeroed() };
    loop {
        query.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
        // SAFETY: the descriptor is open as long as the device is borrowed, and the request takes and
        // fills exactly this struct.
        let asked = unsafe {
            ioctl(device.handle().fd(), vidioc::VIDIOC_QUERYCTRL, (&raw mut query).cast())
        };
        if asked.is_err() {
            return found;
        }
        let hidden = V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY;
        if query.flags & hidden == 0 && matches!(query.type_, 1 | 2 | 3 | 9) {
            let name: Vec<u8> = query.name.iter().copied().take_while(|c| *c != 0).collect();
            found.push(Described {
                id: query.id,
                kind: query.type_,
                name: String::from_utf8_lossy(&name).into_owned(),
                minimum: query.minimum,
                maximum: query.maximum,
                step: query.step,
                default: query.default_value,
                inactive: query.flags & V4L2_CTRL_FLAG_INACTIVE != 0,
            });
        }
    }
}

/// The text of a menu's entry; `None` for those the driver leaves out.
pub(crate) fn menu_entry(device: &Device, id: u32, index: u32) -> Option<String> {
    // SAFETY: an all-zero query is a valid value of this plain C struct.
    let mut query: v4l2_querymenu = unsafe { std::mem::zeroed() };
    (query.id, query.index) = (id, index);
    // SAFETY: the descriptor is open as long as the device is borrowed, and the request takes and fills
    // exactly this struct.
    unsafe { ioctl(device.handle().fd(), vidioc::VIDIOC_QUERYMENU, (&raw mut query).cast()) }
        .ok()?;
    // SAFETY: for a menu of texts the driver filled the name, for one of integers the value, which is
    // shorter; either way every byte was zero before.
    let name = unsafe { query.__bindgen_anon_1.name };
    let text: Vec<u8> = name.iter().copied().take_while(|c| *c != 0).collect();
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The present value of a control.
pub(crate) fn value(device: &Device, id: u32) -> io::Result<i32> {
    let mut control = v4l2_control { id, value: 0 };
    // SAFETY: the descriptor is open as long as the device is borrowed, and the request takes and fills
    // exactly this struct.
    unsafe { ioctl(device.handle().fd(), vidioc::VIDIOC_G_CTRL, (&raw mut control).cast()) }?;
    Ok(control.value)
}

/// Sets a control.
pub(crate) fn set_value(device: &Device, id: u32, value: i32) -> io::Result<()> {
    let mut control = v4l2_control { id, value };
    // SAFETY: the descriptor is open as long as the device is borrowed, and the request takes and fills
    // exactly this struct.
    unsafe { ioctl(device.handle().fd(), vidioc::VIDIOC_S_CTRL, (&raw mut control).cast()) }?;
    Ok(())
}
